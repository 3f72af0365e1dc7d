"""Seeded changes of the bundled process rehearsed on complaints at all steps: no safe one fails.

Whoever is told safe is migrated, loaded again and driven on by people's answers; whoever is not stays as he is.
`KESU_COMPLAINTS` makes it more complaints.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.start_migration import StartMigration
from server.domain.mapping import CaseMapping
from server.persistence.models import (
    CaseFile,
    Incident,
    Job,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
)
from server.queries.migration_runs import migration_run
from server.queries.rehearsal import rehearse_draft
from server.runner.migrations import carry_out
from tests.crowd import Crowd, publish_unchecked
from tests.durability.audit import audit_house
from tests.house import build, copy_house, forget
from tests.mutations import MUTATIONS, Draft, mutated

pytestmark = pytest.mark.slow

SEED = 20261122
COMPLAINTS = int(os.environ.get("KESU_COMPLAINTS") or 18)
STEPS_ON = 1
GONE: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "on": ("complaint", ["meeting"], {"meeting": "team"}),
    "back": ("complaint", ["record"], {"record": "receive"}),
    "beside": ("implementation", ["train"], {"train": "update_standard"}),
    "called": ("corrective_action", ["verify_plan"], {"verify_plan": "plan"}),
    "far": ("complaint", ["satisfaction", "receive"], {"satisfaction": "confirm", "receive": "confirm"}),
}
"""(diagram, steps taken out, where they go on)."""


@pytest.fixture(scope="module")
def crowded(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A house with complaints at all steps, to be copied, and the moods of its complaints."""
    folder = copy_house(prepared_folder, tmp_path_factory.mktemp("crowded") / "data")
    context = build(folder)
    crowd = Crowd(context, SEED)
    crowd.grow(COMPLAINTS)
    crowd.stand_at("cause_side", "End_Archived")
    context.database.close()
    return folder, {"moods": crowd.moods, "ids": crowd.ids}


@pytest.mark.one_database("a verdict is found in memory; what is told and moved is tried on both")
@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_no_false_safe(name: str, crowded: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, kept = crowded
    context = build(copy_house(folder, tmp_path / "data"))
    crowd = Crowd(context, f"{SEED} {name}")
    crowd.moods, crowd.ids = kept["moods"], kept["ids"]
    bundle = mutated(name, context.library.current("complaint").bundle)
    told = {item["number"]: item for item in rehearse_draft(context, SYSTEM, bundle, "en")["items"]}
    assert len(told) >= COMPLAINTS / 3
    before = {number: rows_of(context, crowd.ids[number]) for number in told}
    number = publish_unchecked(context, bundle)
    run = context.execute(StartMigration(actor=SYSTEM, key="complaint", to=number)).body["id"]
    carry_out(context, run)
    items = migration_run(context, SYSTEM, "complaint", run, "en")["items"]
    assert {item["number"] for item in items} == set(told)
    for item in items:
        verdict = told[item["number"]]["verdict"]
        migrated = verdict in ("safe", "unsure")
        assert item["state"] == ("migrated" if migrated else "refused"), (item, told[item["number"]])
        if not migrated:
            assert told[item["number"]]["reasons"], item
            assert rows_of(context, crowd.ids[item["number"]]) == before[item["number"]]
        elif verdict == "safe":
            context.live._kept.clear()  # as after a restart: what was saved must load
            crowd.walk(item["number"], STEPS_ON)
    with context.read() as connection:
        assert connection.execute(select(Incident.element_id, Incident.message)).all() == []
    assert audit_house(context) == []
    context.database.close()
    forget(tmp_path / "data")


@pytest.mark.one_database("a verdict is found in memory; what is told and moved is tried on both")
@pytest.mark.parametrize("name", sorted(GONE))
def test_no_false_safe_with_a_mapping(name: str, crowded: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Steps are taken out, and whoever stands there goes on at another one of his process, good or bad."""
    folder, kept = crowded
    context = build(copy_house(folder, tmp_path / "data"))
    crowd = Crowd(context, f"{SEED} {name}")
    crowd.moods, crowd.ids = kept["moods"], kept["ids"]
    diagram, gone, mapping = GONE[name]
    draft = Draft(context.library.current("complaint").bundle).open(diagram)
    for step in gone:
        draft.remove(step)
    bundle = draft.bundle()
    plain = {item["number"]: item["verdict"] for item in rehearse_draft(context, SYSTEM, bundle, "en")["items"]}
    found = rehearse_draft(context, SYSTEM, bundle, "en", mapping=CaseMapping.read(mapping))
    told = {item["number"]: item["verdict"] for item in found["items"]}
    for number, verdict in plain.items():
        assert verdict == "needs_mapping" or told[number] == verdict
    number = publish_unchecked(context, bundle)
    command = StartMigration(actor=SYSTEM, key="complaint", to=number, mapping=mapping)
    run = context.execute(command).body["id"]
    carry_out(context, run)
    for item in migration_run(context, SYSTEM, "complaint", run, "en")["items"]:
        is_moved = told[item["number"]] in ("safe", "unsure")
        assert item["state"] == ("migrated" if is_moved else "refused"), item
        if told[item["number"]] == "safe":
            context.live._kept.clear()
            crowd.walk(item["number"], STEPS_ON)
    with context.read() as connection:
        assert connection.execute(select(Incident.element_id, Incident.message)).all() == []
    assert audit_house(context) == []
    context.database.close()
    forget(tmp_path / "data")


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("task_behind", {"safe"}),
        ("renamed", {"safe", "stuck"}),
        ("lane", {"safe"}),
        ("form", {"safe"}),
        ("field_added", {"safe"}),
        ("field_retyped", {"needs_mapping", "stuck"}),
        ("condition_of_wrong_type", {"safe", "stuck"}),
    ],
)
def test_what_is_told(name: str, verdicts: set[str], crowded: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    context = build(copy_house(crowded[0], tmp_path / "data"))
    bundle = mutated(name, context.library.current("complaint").bundle)
    found = rehearse_draft(context, SYSTEM, bundle, "en")
    told = {item["verdict"] for item in found["items"]}
    assert told <= verdicts
    assert verdicts == {"safe"} or told - {"safe"}
    context.database.close()
    forget(tmp_path / "data")


def rows_of(context: Context, instance_id: str) -> list[Any]:
    """Everything of a case but its history."""
    found: list[Any] = []
    with context.read() as connection:
        instance = connection.execute(select(ProcessInstance).where(ProcessInstance.id == instance_id)).one()
        found.append(instance._mapping)
        found.append(connection.execute(select(CaseFile).where(CaseFile.id == instance.case_id)).one()._mapping)
        for table in (UserTask, Job, Timer, MessageSubscription):
            query = select(table).where(table.instance_id == instance_id).order_by(table.id)
            found.append([dict(row._mapping) for row in connection.execute(query)])
    return found
