"""Where cases go on whose step or field is gone: what is told safe with a mapping is migrated with that very one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.claim_task import ClaimTask
from server.commands.save_draft import SaveDraft
from server.commands.start_migration import StartMigration
from server.commands.undo_migration import UndoMigration
from server.commands.undo_run import UndoRun
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.persistence.models import CaseFile, ProcessInstance, UserTask
from server.queries.definition_story import definition_story
from server.queries.migration_runs import migration_run
from server.queries.rehearsal import rehearse_draft
from server.runner.migrations import carry_out, continue_runs
from tests.crowd import Crowd, publish_unchecked
from tests.durability.audit import audit_house
from tests.house import actor
from tests.mutations import Draft


@pytest.fixture
def crowd(house: Context) -> Crowd:
    return Crowd(house, 11)


def replaced(draft: Draft) -> None:
    """Instead of `receive` somebody else does something else, a step later."""
    draft.open("complaint").remove("receive")
    draft.task("take_over", "quality", form="record")
    draft.behind("record", "take_over")


def field_moved(draft: Draft) -> None:
    """The name of the customer is kept elsewhere."""

    def change(schema: dict[str, Any]) -> None:
        customer = schema["properties"]["customer"]["properties"]
        schema["properties"]["buyer"] = {
            "type": "object", "title": "采购方\nBuyer", "properties": {"company": customer.pop("name")},
        }  # fmt: skip

    draft.schema(change)
    for path in [name for name in draft.files if name.startswith("forms/") and name.endswith(".json")]:
        text = draft.files[path].decode()
        draft.files[path] = text.replace(
            "#/properties/customer/properties/name", "#/properties/buyer/properties/company"
        ).encode()


def tell(house: Context, bundle: Any, **told: str) -> dict[str, Any]:
    found = rehearse_draft(house, SYSTEM, bundle, "en", mapping=CaseMapping.read(told))
    return {item["number"]: item for item in found["items"]}


def migrate(house: Context, to: int, told: dict[str, str], *instances: str) -> dict[str, Any]:
    command = StartMigration(actor=SYSTEM, key="complaint", to=to, mapping=told, instances=instances or None)
    run = house.execute(command).body["id"]
    carry_out(house, run)
    return migration_run(house, SYSTEM, "complaint", run, "en")


def data_of(house: Context, number: str) -> dict[str, Any]:
    with house.read() as connection:
        found: dict[str, Any] = connection.execute(select(CaseFile.data).where(CaseFile.number == number)).scalar_one()
        return found


def task_of(house: Context, instance_id: str) -> Any:
    query = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.state == "open")
    with house.read() as connection:
        return connection.execute(query).one()


def bundle_of(change: Callable[[Draft], None], house: Context) -> Any:
    draft = Draft(house.library.current("complaint").bundle)
    change(draft)
    return draft.bundle()


def test_a_case_goes_on_at_the_step_it_was_mapped_to(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    instance_id = crowd.ids[number]
    sales = actor(house, "sales1")
    before = task_of(house, instance_id)
    assert before.element_id == "receive"
    house.execute(ClaimTask(actor=sales, task_id=before.id))
    bundle = bundle_of(replaced, house)
    (reason,) = tell(house, bundle)[number]["reasons"]
    assert (reason["code"], "take_over" in [each["element_id"] for each in reason["candidates"]]) == (
        "migration.element_removed",
        True,
    )
    assert tell(house, bundle, receive="take_over")[number]["verdict"] == "safe"
    to = publish_unchecked(house, bundle)
    assert migrate(house, to, {})["counts"]["refused"] == 1
    run = migrate(house, to, {"receive": "take_over"})
    assert run["counts"]["migrated"] == 1
    after = task_of(house, instance_id)
    assert (after.id, after.element_id, after.claimed_by) == (before.id, "take_over", sales.user_id)
    assert (after.form_key, after.candidate_group) == ("record", "quality")
    crowd.walk(number, 3)
    assert audit_house(house) == []


def test_taken_back_a_mapped_case_is_as_it_was(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    before = task_of(house, crowd.ids[number])
    to = publish_unchecked(house, bundle_of(replaced, house))
    (item,) = migrate(house, to, {"receive": "take_over"})["items"]
    house.execute(UndoMigration(actor=SYSTEM, step_id=item["step"]))
    assert task_of(house, crowd.ids[number]) == before
    crowd.walk(number, 2)
    assert audit_house(house) == []


def test_a_field_is_found_at_its_new_place_and_comes_back(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    name = data_of(house, number)["customer"]["name"]
    task = task_of(house, crowd.ids[number])
    writer = actor(house, "sales1")
    house.execute(SaveDraft(actor=writer, task_id=task.id, data={"immediate": {"solution": "half of it"}}))
    bundle = bundle_of(field_moved, house)
    (reason,) = tell(house, bundle)[number]["reasons"]
    assert (reason["code"], reason["field"]) == ("migration.field_removed", "/customer/name")
    told = {"/customer/name": "/buyer/company"}
    assert tell(house, bundle, **told)[number]["verdict"] == "safe"
    to = publish_unchecked(house, bundle)
    (item,) = migrate(house, to, told)["items"]
    assert item["state"] == "migrated", item
    moved = data_of(house, number)
    assert (moved["buyer"], "customer" in moved) == ({"company": name}, False)
    assert audit_house(house) == []
    house.execute(UndoMigration(actor=SYSTEM, step_id=item["step"]))
    assert data_of(house, number)["customer"]["name"] == name
    assert "buyer" not in data_of(house, number)
    assert audit_house(house) == []


def test_a_field_that_would_overwrite_another_keeps_the_case(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    bundle = bundle_of(field_moved, house)
    found = tell(house, bundle, **{"/customer/name": "/problem/description"})
    assert found[number]["verdict"] == "needs_mapping"
    assert "migration.field_taken" in {reason["code"] for reason in found[number]["reasons"]}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"receive": "take_ovr"}, "mapping.step"),
        ({"recieve": "take_over"}, "mapping.step"),
        ({"/customer/nam": "/problem/description"}, "mapping.field"),
        ({"/customer/name": "/customer/nothing"}, "mapping.field"),
        ({"receive": "/customer/name"}, "malformed.mapping"),
    ],
)
def test_misspelt_names_are_told(house: Context, crowd: Crowd, told: dict[str, str], code: str) -> None:
    crowd.file()
    bundle = bundle_of(replaced, house)
    with pytest.raises(Rejected) as caught:
        tell(house, bundle, **told)
    assert caught.value.code == code
    to = publish_unchecked(house, bundle)
    with pytest.raises(Rejected) as caught:
        house.execute(StartMigration(actor=SYSTEM, key="complaint", to=to, mapping=told))
    assert caught.value.code == code


def test_a_step_of_another_kind_is_no_way_on(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    found = tell(house, bundle_of(replaced, house), receive="corrective_action_case")
    assert found[number]["verdict"] == "needs_mapping"
    assert [reason["code"] for reason in found[number]["reasons"]] == ["migration.kind_changed"]


def test_a_whole_run_is_taken_back_but_for_what_has_moved(house: Context, crowd: Crowd) -> None:
    numbers = [crowd.file() for _ in range(4)]
    before = {number: task_of(house, crowd.ids[number]) for number in numbers}
    to = publish_unchecked(house, bundle_of(replaced, house))
    owner = actor(house, "owner")
    run = house.execute(StartMigration(actor=owner, key="complaint", to=to, mapping={"receive": "take_over"})).body[
        "id"
    ]
    with pytest.raises(Rejected, match="under way"):
        house.execute(UndoRun(actor=owner, key="complaint", run_id=run))
    continue_runs(house, 60)
    crowd.walk(numbers[0], 1)
    house.execute(UndoRun(actor=owner, key="complaint", run_id=run))
    assert migration_run(house, SYSTEM, "complaint", run, "en")["state"] == "undoing"
    continue_runs(house, 60)
    found = migration_run(house, SYSTEM, "complaint", run, "en")
    assert (found["state"], found["counts"]["undone"], found["counts"]["migrated"]) == ("done", 3, 1)
    for number in numbers[1:]:
        assert task_of(house, crowd.ids[number]) == before[number]
    with house.read() as connection:
        versions = connection.execute(select(ProcessInstance.version_id).distinct()).scalars().all()
    assert len(versions) == 2
    (told,) = [each for each in definition_story(house, SYSTEM, "complaint") if each["type"] == "version.migrated"]
    assert (told["data"]["cases"], told["version"], told["data"]["run"]) == (4, to, run)
    assert audit_house(house) == []


def test_a_mapping_is_one_json_object() -> None:
    assert json.loads(json.dumps(CaseMapping.read({"a": "b"}).to_json())) == {"a": "b"}
