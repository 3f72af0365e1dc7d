"""What a difference means for open complaints at all steps, against what really becomes of them when they are moved.

`KESU_COMPLAINTS` makes it more complaints.
"""

import json
import os
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import insert, select

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.start_migration import StartMigration
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.persistence.models import CaseFile, ProcessInstance, UserTask
from server.queries.migration_runs import migration_run
from server.queries.version_difference import version_difference
from server.runner.migrations import carry_out
from tests.crowd import Crowd, publish_unchecked
from tests.house import actor, build, copy_house, forget
from tests.mutations import MUTATIONS, Draft, mutated

SEED = 20261130
COMPLAINTS = int(os.environ.get("KESU_COMPLAINTS") or 20)
MOST_STEPS = 60


@pytest.fixture(scope="module")
def crowded(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A house with complaints at all steps, to be copied, and the moods of its complaints."""
    folder = copy_house(prepared_folder, tmp_path_factory.mktemp("crowded") / "data")
    context = build(folder)
    crowd = Crowd(context, SEED)
    crowd.grow(COMPLAINTS)
    context.database.close()
    return folder, {"moods": crowd.moods, "ids": crowd.ids}


@pytest.fixture
def town(crowded: tuple[Path, dict[str, Any]], tmp_path: Path) -> Any:
    """A copy of it, with its crowd."""
    context = build(copy_house(crowded[0], tmp_path / "data"))
    crowd = Crowd(context, SEED)
    crowd.moods, crowd.ids = crowded[1]["moods"], crowded[1]["ids"]
    yield crowd
    context.database.close()
    forget(tmp_path / "data")


def told(context: Context, language: str = "en") -> dict[str, Any]:
    return version_difference(context, SYSTEM, "complaint", 1, 2, language)


def only(found: dict[str, Any], code: str, element: str) -> dict[str, Any]:
    (one,) = [each for each in found["consequences"] if (each["code"], each["element"]) == (code, element)]
    return one


def waiting_at(context: Context, element: str) -> set[str]:
    """Numbers of the complaints with an open task there, as the database has them."""
    query = (
        select(CaseFile.number)
        .join(UserTask, UserTask.case_id == CaseFile.id)
        .where(UserTask.element_id == element, UserTask.state == "open")
    )
    with context.read() as connection:
        return set(connection.execute(query).scalars())


def with_table(bundle: Bundle, path: str, old: str, new: str) -> Bundle:
    text = bundle[path].decode()
    assert text.count(old) == 1, old
    return Bundle({**bundle, path: text.replace(old, new).encode()})


@pytest.mark.slow
@pytest.mark.one_database("what is told is worked out in memory; what is read and moved is tried on both")
@pytest.mark.parametrize(
    ("name", "element", "before", "inside"),
    [
        ("task_behind", "second_look", "confirm", None),
        ("task_in_called", "cost_check", "team", None),
        ("new_parallel", "tell_production", "cause_side", "team"),
    ],
)
def test_who_will_need_a_new_step(name: str, element: str, before: str, inside: str | None, town: Crowd) -> None:
    """Every open complaint is migrated on a copy and driven to its end: by then it had the new task or not.

    Who stands inside what has become a parallel part is not moved: its join would wait for a branch never started.
    """
    context = town.context
    stuck = waiting_at(context, inside) | {town.stand_at(inside, "End_Archived")} if inside else set()
    town.stand_at(before, "End_Archived")
    outside = town.stand_at("explain_not_valid", "End_NotValid")
    publish_unchecked(context, mutated(name, context.library.current("complaint").bundle))
    found = only(told(context), "step.added", element)
    numbers = [number for number in town.ids if town.tasks(number) and number not in stuck]
    run = context.execute(StartMigration(actor=SYSTEM, key="complaint", to=2)).body["id"]
    carry_out(context, run)
    items = migration_run(context, SYSTEM, "complaint", run, "en")["items"]
    assert {item["number"]: item["state"] for item in items} == dict.fromkeys(numbers, "migrated") | dict.fromkeys(
        stuck, "refused"
    )
    for number in numbers:
        town.walk(number, MOST_STEPS)
        assert not town.tasks(number), f"{number} did not come to its end"
    passed = visited(context, element)
    ended_early = visited(context, "decide_limit")
    every, sure = set(found["cases"]), set(found["cases"][: found["counts"]["sure"]])
    assert len(every) == found["counts"]["sure"] + found["counts"]["perhaps"]
    assert passed <= every, passed - every
    assert sure - ended_early <= passed, sure - passed
    assert sure, "nobody is sure to come to it: the crowd is too small to show anything"
    assert outside not in every | passed


def visited(context: Context, element: str) -> set[str]:
    """Numbers of the complaints that had a task there, now or before."""
    query = (
        select(CaseFile.number).join(UserTask, UserTask.case_id == CaseFile.id).where(UserTask.element_id == element)
    )
    with context.read() as connection:
        return set(connection.execute(query).scalars())


def test_whose_task_changes_hands(town: Crowd) -> None:
    context = town.context
    publish_unchecked(context, mutated("lane", context.library.current("complaint").bundle))
    standing = waiting_at(context, "train")
    one = only(told(context), "step.group", "train")
    assert (one["counts"]["tasks"], one["counts"]["standing"]) == (len(standing), len(standing))
    assert standing <= set(one["cases"])
    assert "Production" in one["message"]
    assert "Quality" in one["message"]
    assert "生产部" in only(told(context, "zh-CN"), "step.group", "train")["message"]


def test_who_stands_at_what_is_gone(town: Crowd) -> None:
    context = town.context
    element = sorted(set(all_waits(context)), key=lambda each: -len(waiting_at(context, each)))[0]
    draft = Draft(context.library.current("complaint").bundle)
    name = next(
        file.removesuffix(".bpmn")
        for file in draft.files
        if file.endswith(".bpmn") and f'userTask id="{element}"'.encode() in draft.files[file]
    )
    draft.open(name).remove(element)
    publish_unchecked(context, draft.bundle())
    one = only(told(context), "step.removed", element)
    assert one["counts"]["standing"] == len(waiting_at(context, element)) > 0
    assert waiting_at(context, element) <= set(one["cases"])


def all_waits(context: Context) -> list[str]:
    with context.read() as connection:
        return list(connection.execute(select(UserTask.element_id).where(UserTask.state == "open")).scalars())


def test_whose_deadline_moves(town: Crowd) -> None:
    """The table is asked for the open cases in both versions; what is told is what migrating then does."""
    context = town.context
    new = town.file()
    bundle = context.library.current("complaint").bundle
    publish_unchecked(context, with_table(bundle, "deadlines.dmn", 'due_receive_out_amount"><text>24<',
                                          'due_receive_out_amount"><text>8<'))  # fmt: skip
    one = only(told(context), "deadline", "receive")
    standing = waiting_at(context, "receive")
    assert new in standing
    assert set(one["cases"]) == standing
    assert one["counts"]["standing"] == len(standing)
    assert "8 hours" in one["message"]
    assert "24 hours" in one["message"]
    assert [each["code"] for each in told(context)["consequences"]] == ["deadline"]
    before = due_of(context, new)
    run = context.execute(StartMigration(actor=SYSTEM, key="complaint", to=2)).body["id"]
    carry_out(context, run)
    assert (before - due_of(context, new)).total_seconds() == 16 * 3600


def due_of(context: Context, number: str) -> Any:
    query = (
        select(UserTask.due_at)
        .join(CaseFile, CaseFile.id == UserTask.case_id)
        .where(CaseFile.number == number, UserTask.state == "open")
    )
    with context.read() as connection:
        return connection.execute(query).scalar_one()


def test_who_would_be_graded_otherwise(town: Crowd) -> None:
    """Those before the grading are told by their answers, those past it apart; both are asked with what they hold."""
    context = town.context
    numbers = [town.file() for _ in range(3)]
    for number, cost in zip(numbers, (600_000, 2_000_000, 100), strict=True):
        set_case(context, number, {"grading": {"cost": cost}})
    past = next(number for number in town.ids if level_of(context, number) is not None and town.tasks(number))
    set_case(context, past, {"grading": {"cost": 2_000_000, "level": level_of(context, past)}})
    bundle = context.library.current("complaint").bundle
    changed = with_table(bundle, "grading.dmn", 'level_1_cost_in_cost"><text>&gt; 5000000<',
                         'level_1_cost_in_cost"><text>&gt; 1000000<')  # fmt: skip
    publish_unchecked(context, changed)
    one = only(told(context), "decision", "grading")
    assert numbers[1] in one["cases"]
    assert not {numbers[0], numbers[2]} & set(one["cases"])
    assert (one["counts"]["otherwise"], one["counts"]["already"]) == (1, 1)
    assert past in one["cases"]
    assert "1 instead of 2" in one["message"]


def set_case(context: Context, number: str, data: dict[str, Any]) -> None:
    with context.database.write("test") as connection:
        old = connection.execute(select(CaseFile.data).where(CaseFile.number == number)).scalar_one()
        changed = CaseFile.__table__.update().where(CaseFile.number == number).values(data={**old, **data})
        connection.execute(changed)


def level_of(context: Context, number: str) -> Any:
    with context.read() as connection:
        data = connection.execute(select(CaseFile.data).where(CaseFile.number == number)).scalar_one()
    return (data.get("grading") or {}).get("level")


def test_who_would_go_another_way(town: Crowd) -> None:
    context = town.context
    draft = Draft(context.library.current("complaint").bundle)
    draft.open("complaint").condition("Flow_Gateway_Immediate_review_immediate", 'customer.name == "ACME"')
    publish_unchecked(context, draft.bundle())
    (mine, other) = (town.file(), town.file())
    with context.database.write("test") as connection:
        connection.execute(ProcessInstance.__table__.update().values(version_id=1))
    set_case(context, mine, {"customer": {"name": "ACME"}})
    set_case(context, other, {"customer": {"name": "Other"}})
    one = only(told(context), "way", "Gateway_Immediate")
    assert mine in one["cases"]
    assert other not in one["cases"]
    assert one["counts"]["before"] >= 2


def test_which_tasks_ask_for_more(town: Crowd) -> None:
    context = town.context
    bundle = context.library.current("complaint").bundle
    publish_unchecked(context, required(bundle, "receive", "customer", "phone"))
    new = town.file()
    with context.database.write("test") as connection:
        connection.execute(ProcessInstance.__table__.update().values(version_id=1))
    one = only(told(context), "form", "receive")
    assert new in one["cases"]
    assert one["counts"]["tasks"] >= 1
    assert "Phone" in one["message"]


def required(bundle: Bundle, form: str, group: str, field: str) -> Bundle:
    read = json.loads(bundle[f"forms/{form}.json"])
    inner = read["schema"]["properties"][group]
    assert field in inner["properties"]
    inner["required"] = [*inner.get("required", []), field]
    return Bundle({**bundle, f"forms/{form}.json": json.dumps(read, ensure_ascii=False).encode()})


@pytest.mark.slow
@pytest.mark.one_database("nothing is written but the version")
@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_every_change_of_the_owner_is_told(name: str, town: Crowd) -> None:
    """No mutation of the bundled process goes by in silence, in either language."""
    context = town.context
    try:
        publish_unchecked(context, mutated(name, context.library.current("complaint").bundle))
        found = {language: told(context, language) for language in ("en", "zh-CN")}
    except Rejected as refusal:
        pytest.fail(str(refusal))
    assert not found["en"]["same"]
    assert found["en"]["files"]
    for language, one in found.items():
        messages = [each["message"] for each in one["consequences"]]
        messages += [change["message"] for file in one["files"] for change in file["changes"]]
        assert all(messages), language
        assert not any("{" in message for message in messages), (language, messages)
    assert [each["cases"] for each in found["en"]["consequences"]] == [
        each["cases"] for each in found["zh-CN"]["consequences"]
    ]


def test_layout_alone_means_nothing(town: Crowd) -> None:
    context = town.context
    bundle = context.library.current("complaint").bundle
    moved = bundle["complaint.bpmn"].replace(b'<dc:Bounds x="1', b'<dc:Bounds x="2')
    assert moved != bundle["complaint.bpmn"]
    publish_unchecked(context, Bundle({**bundle, "complaint.bpmn": moved}))
    found = told(context)
    assert found["same"]
    assert found["consequences"] == []
    assert [(file["path"], file["state"]) for file in found["files"]] == [("complaint.bpmn", "layout")]


def test_a_complaint_of_an_older_version_is_compared_with_its_own(house: Context) -> None:
    """Between 2 and 3 a group changes back to what it was in 1: then nothing changes for whoever runs in 1."""
    crowd = Crowd(house, SEED)
    first = house.library.current("complaint").bundle
    old = crowd.file()
    publish_unchecked(house, mutated("lane", first))
    young = crowd.file()
    publish_unchecked(house, Bundle({**first, "application.toml": first["application.toml"] + b"# as before\n"}))
    found = version_difference(house, SYSTEM, "complaint", 2, 3, "en")
    assert (found["open_cases"], found["elsewhere"]) == (2, 1)
    assert only(found, "step.group", "team")["cases"] == [young]
    assert old not in only(found, "step.group", "train")["cases"]


def test_only_the_cases_one_may_see(town: Crowd) -> None:
    context = town.context
    publish_unchecked(context, mutated("task_before", context.library.current("complaint").bundle))
    owner = version_difference(context, actor(context, "owner"), "complaint", 1, 2, "en")
    worker = version_difference(context, actor(context, "production1"), "complaint", 1, 2, "en")
    assert owner["of_all"]
    assert not worker["of_all"]
    assert worker["open_cases"] < owner["open_cases"] == told(context)["open_cases"]


def test_versions_that_are_not_there(town: Crowd) -> None:
    for number, to in ((9, None), (1, 9)):
        with pytest.raises(Rejected) as refusal:
            version_difference(town.context, SYSTEM, "complaint", number, to, "en")
        assert refusal.value.code == "not_found.version"


@pytest.mark.slow
@pytest.mark.one_database("a measure of the work in memory")
def test_a_thousand_open_complaints_in_ten_seconds(town: Crowd) -> None:
    context = town.context
    multiply(context, 1000)
    publish_unchecked(context, mutated("several", context.library.current("complaint").bundle))
    started = perf_counter()
    found = told(context)
    took = perf_counter() - started
    assert found["open_cases"] >= 1000
    print(f"{found['open_cases']} open complaints: {took:.2f} s")
    assert took < 10, took


def multiply(context: Context, wanted: int) -> None:
    """Copies of the open cases under numbers of their own, as far as the difference reads them."""
    with context.database.write("test") as connection:
        query = select(ProcessInstance).where(ProcessInstance.ended_at.is_(None))
        rows = [dict(row._mapping) for row in connection.execute(query)]
        cases = {row.id: dict(row._mapping) for row in connection.execute(select(CaseFile))}
        for count in range(wanted):
            row = dict(rows[count % len(rows)])
            case = {name: value for name, value in cases[row["case_id"]].items() if name != "id"}
            made = insert(CaseFile).values(**case | {"number": f"COPY-{count}"}).returning(CaseFile.id)
            row |= {"id": f"copy-{count}", "case_id": connection.execute(made).scalar_one()}
            connection.execute(insert(ProcessInstance).values(**row))
