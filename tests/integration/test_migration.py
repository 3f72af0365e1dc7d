"""One complaint in another version: what is kept, what follows, what is refused, what undoing brings back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands import migrate_instance
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.save_draft import SaveDraft
from server.commands.start_migration import StartMigration
from server.commands.undo_migration import UndoMigration
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.persistence.models import (
    CaseFile,
    HistoryEvent,
    HistoryPayload,
    Job,
    MessageSubscription,
    MigrationRun,
    MigrationStep,
    ProcessInstance,
    Timer,
    UserTask,
)
from server.queries.migration_runs import migration_run, migration_runs
from server.queries.rehearsal import rehearse_draft, rehearse_version
from server.queries.task_detail import task_detail
from server.runner.migrations import carry_out, continue_runs
from tests.bpmn_builder import boundary, document, end, exclusive, lanes, process, start, timer, user
from tests.crowd import Crowd, publish_unchecked
from tests.durability.audit import audit_house
from tests.house import actor, drain_jobs
from tests.mutations import Draft

WRITTEN = {"immediate": {"solution": "Half of it is written"}}


@pytest.fixture
def crowd(house: Context) -> Crowd:
    return Crowd(house, 7)


def draft_of(*changes: Callable[[Draft], Any]) -> Bundle:
    draft = Draft()
    for change in changes:
        change(draft)
    return draft.bundle()


def renamed(draft: Draft) -> None:
    """`receive` has another id, name, group and form; what follows is the same."""
    draft.open("complaint").lane("receive", "quality")
    draft.property("receive", "formKey", "record")
    draft.find("receive").set("name", "接单\nTake it in")


publish = publish_unchecked


def migrate(house: Context, to: int, *instances: str) -> dict[str, Any]:
    run = house.execute(StartMigration(actor=SYSTEM, key="complaint", to=to, instances=instances or None)).body["id"]
    carry_out(house, run)
    return migration_run(house, SYSTEM, "complaint", run, "en")


def rows(house: Context, instance_id: str) -> dict[str, Any]:
    """The case without its history: what undoing has to bring back."""
    with house.read() as connection:
        instance = dict(
            connection.execute(select(ProcessInstance).where(ProcessInstance.id == instance_id)).one()._mapping
        )
        for name in ("version", "history_seq", "history_hash"):
            del instance[name]
        case = connection.execute(select(CaseFile.data).where(CaseFile.id == instance["case_id"])).scalar_one()
        found: dict[str, Any] = {"instance": instance, "case": case}
        for table, is_open in (
            (UserTask, UserTask.state == "open"),
            (Job, Job.ended_at.is_(None)),
            (Timer, Timer.state == "waiting"),
            (MessageSubscription, MessageSubscription.id.is_not(None)),
        ):
            query = select(table).where(table.instance_id == instance_id, is_open).order_by(table.id)
            found[table.__tablename__] = [dict(row._mapping) for row in connection.execute(query)]
        return found


def history(house: Context, instance_id: str) -> list[tuple[str, dict[str, Any], int | None]]:
    same = (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq)
    query = select(HistoryEvent.type, HistoryPayload.data, HistoryEvent.actor_id).join(HistoryPayload, same)
    query = query.where(HistoryEvent.instance_id == instance_id).order_by(HistoryEvent.seq)
    with house.read() as connection:
        return [(row.type, row.data, row.actor_id) for row in connection.execute(query)]


def test_what_people_did_stays_and_the_rest_follows_the_version(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    instance_id = crowd.ids[number]
    (task,) = crowd.tasks(number)
    sales = actor(house, "sales1")
    house.execute(ClaimTask(actor=sales, task_id=task["id"]))
    house.execute(SaveDraft(actor=sales, task_id=task["id"], data=WRITTEN))
    before = rows(house, instance_id)
    to = publish(house, draft_of(renamed))
    owner = actor(house, "owner")
    run = house.execute(StartMigration(actor=owner, key="complaint", to=to)).body["id"]
    continue_runs(house, 60)
    found = migration_run(house, owner, "complaint", run, "en")
    assert (found["state"], found["counts"]["migrated"], found["started_by"]) == ("done", 1, "owner")
    after = rows(house, instance_id)
    (old,), (new,) = before["user_task"], after["user_task"]
    followed = {"name": "接单\nTake it in", "form_key": "record", "candidate_group": "quality"}
    assert new == old | followed
    assert (new["draft"]["data"], new["claimed_by"]) == (WRITTEN, sales.user_id)
    assert new["due_at"] == old["due_at"] is not None
    for same in ("job", "timer", "message_subscription", "case"):
        assert after[same] == before[same]
    assert after["instance"]["waits"][-1]["name"] or after["instance"]["waits"]
    kind, data, who = next(event for event in history(house, instance_id) if event[0] == "instance.migrated")
    moved = [{"task_id": task["id"], "element_id": "receive", "group": "quality"}]
    told = {"version": to, "before": 1, "run": run, "tasks": moved}
    assert (kind, data, who) == ("instance.migrated", told, owner.user_id)
    detail = task_detail(house, actor(house, "admin"), task["id"], "en")
    assert detail["name"] == "Take it in"
    crowd.walk(number, 4)
    assert {item["definition"] for item in crowd.tasks(number)}


def test_an_open_job_is_kept_and_done_in_the_new_version(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    (task,) = crowd.tasks(number)
    crowd.context = house
    instance_id = crowd.ids[number]
    form = task_detail(house, crowd.admin, task["id"], "en")["form"]
    assert form["schema"]
    crowd.walk(number, 1)
    (task,) = crowd.tasks(number)
    assert task["element_id"] == "record"
    answer = {"immediate": {"resolved": "no"}, "problem": {"severity": "minor"}}
    data = crowd_answer(crowd, number, task, answer)
    house.execute(CompleteTask(actor=crowd.admin, task_id=task["id"], data=data))
    (job,) = rows(house, instance_id)["job"]
    assert job["element_id"] == "grading_inputs"

    def further(draft: Draft) -> None:
        draft.open("complaint").task("second_look", "quality")
        draft.before("confirm", "second_look")

    to = publish(house, draft_of(further))
    assert migrate(house, to)["counts"]["migrated"] == 1
    assert rows(house, instance_id)["job"] == [job]
    drain_jobs(house)
    assert {each["element_id"] for each in crowd.tasks(number)} == {"second_look"}


def crowd_answer(crowd: Crowd, number: str, task: dict[str, Any], wishes: dict[str, Any]) -> dict[str, Any]:
    from tests.acceptance.support.answers import LEAST, Answers

    form = task_detail(crowd.context, crowd.admin, task["id"], "en")["form"]
    answers = Answers(crowd.rng, crowd._upload, LEAST)
    flat = {f"/{group}/{name}": value for group, inner in wishes.items() for name, value in inner.items()}
    return answers.leaning(form["schema"], form["data"], answers.patch(form["schema"], form["data"]), flat)


def test_undo_brings_back_the_same(house: Context, crowd: Crowd) -> None:
    open_cases = crowd.grow(6)
    assert len(open_cases) >= 2
    before = {number: rows(house, crowd.ids[number]) for number in open_cases}

    def machine(draft: Draft) -> None:
        renamed(draft)
        draft.rename("meeting", "round_table")

    to = publish(house, draft_of(machine))
    found = migrate(house, to)
    assert found["counts"]["migrated"] == len(open_cases)
    assert all(rows(house, crowd.ids[number])["instance"]["version_id"] != 1 for number in open_cases)
    for item in found["items"]:
        house.execute(UndoMigration(actor=SYSTEM, step_id=item["step"]))
        house.execute(UndoMigration(actor=SYSTEM, step_id=item["step"]))
    assert {number: rows(house, crowd.ids[number]) for number in open_cases} == before
    counts = migration_runs(house, SYSTEM, "complaint")["items"][0]["counts"]
    assert counts["undone"] == len(open_cases)
    assert audit_house(house) == []
    for number in open_cases:
        assert crowd.walk(number, 2)


def test_undo_of_a_step_that_became_a_job(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    before = rows(house, crowd.ids[number])

    def to_a_machine(draft: Draft) -> None:
        draft.open("complaint")
        node = draft.find("receive")
        node.tag = node.tag.replace("userTask", "serviceTask")
        (held,) = [each for each in node if each.tag.endswith("extensionElements")]
        held[:] = []
        draft.operator(node, "grading.inputs@1", "grading")

    to = publish(house, draft_of(to_a_machine))
    (item,) = migrate(house, to)["items"]
    assert item["state"] == "migrated", item
    during = rows(house, crowd.ids[number])
    assert (during["user_task"], [job["element_id"] for job in during["job"]]) == ([], ["receive"])
    house.execute(UndoMigration(actor=SYSTEM, step_id=item["step"]))
    after = rows(house, crowd.ids[number])
    assert after == before
    drain_jobs(house)
    assert rows(house, crowd.ids[number]) == before
    assert audit_house(house) == []
    assert crowd.walk(number, 1) == 1


def test_who_has_moved_is_not_taken_back(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    (item,) = migrate(house, publish(house, draft_of(renamed)))["items"]
    (task,) = crowd.tasks(number)
    house.execute(ClaimTask(actor=crowd.admin, task_id=task["id"]))
    before = rows(house, crowd.ids[number])
    with pytest.raises(Rejected) as refused:
        house.execute(UndoMigration(actor=SYSTEM, step_id=item["step"]))
    assert refused.value.code == "migration.moved"
    assert rows(house, crowd.ids[number]) == before


def test_a_case_whose_step_is_gone_stays_and_is_told_where_it_could_go(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    before = rows(house, crowd.ids[number])
    bundle = draft_of(lambda draft: draft.open("complaint").remove("receive"))
    (item,) = rehearse_draft(house, SYSTEM, bundle, "en")["items"]
    assert (item["number"], item["version"], item["verdict"]) == (number, 1, "needs_mapping")
    assert "receive" in [step["element_id"] for step in item["steps"]]
    (reason,) = item["reasons"]
    assert (reason["code"], reason["elements"]) == ("migration.element_removed", ["receive"])
    assert "record" in [each["element_id"] for each in reason["candidates"]]
    (step,) = migrate(house, publish(house, bundle))["items"]
    assert (step["state"], step["verdict"], step["reasons"]) == ("refused", "needs_mapping", [reason])
    assert rows(house, crowd.ids[number]) == before


def test_filled_fields_that_are_gone_or_of_another_type_need_a_mapping(house: Context, crowd: Crowd) -> None:
    crowd.file()

    def change(draft: Draft) -> None:
        draft.schema(lambda schema: schema["properties"].update(customer={"type": "string", "title": "客户\nCustomer"}))

    (item,) = rehearse_draft(house, SYSTEM, draft_of(change), "en")["items"]
    # What asks for customer.name could not be answered either.
    assert item["verdict"] == "stuck"
    (changed,) = [each for each in item["reasons"] if each["code"] == "migration.field_changed"]
    assert (changed["field"], "Customer" in changed["message"]) == ("/customer", True)


def test_a_draft_the_new_form_cannot_take_needs_a_mapping(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    (task,) = crowd.tasks(number)
    house.execute(SaveDraft(actor=crowd.admin, task_id=task["id"], data=WRITTEN))
    other = draft_of(lambda draft: draft.open("complaint").property("receive", "formKey", "approve_plan"))
    (item,) = rehearse_draft(house, SYSTEM, other, "en")["items"]
    assert [each["code"] for each in item["reasons"]] == ["migration.draft"]


def test_an_expression_ahead_is_asked_of_the_real_case(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    wrong = draft_of(
        lambda draft: draft.open("complaint").condition("Flow_Gateway_Reply_Merge_PlanReply", "customer.name > 3")
    )
    (item,) = rehearse_draft(house, SYSTEM, wrong, "en")["items"]
    assert (item["number"], item["verdict"]) == (number, "stuck")
    assert {each["code"] for each in item["reasons"]} == {"migration.expression"}
    assert "customer.name > 3" in item["reasons"][0]["message"]


def test_a_version_rehearses_its_forerunners_cases_only(house: Context, crowd: Crowd) -> None:
    old = crowd.file()
    publish(house, draft_of(renamed))
    crowd.file()
    found = rehearse_version(house, SYSTEM, "complaint", None, "en")
    assert (found["ok"], found["version"], [item["number"] for item in found["items"]]) == (True, 2, [old])
    json.dumps(found)


def test_only_who_may_and_only_what_is_there(house: Context, crowd: Crowd) -> None:
    number = crowd.file()
    with pytest.raises(Rejected) as refused:
        house.execute(StartMigration(actor=actor(house, "sales1"), key="complaint", to=1))
    assert refused.value.code.startswith("forbidden")
    for to, instances, code in ((9, None, "not_found.version"), (1, ("nobody",), "not_found.case")):
        with pytest.raises(Rejected) as refused:
            house.execute(StartMigration(actor=SYSTEM, key="complaint", to=to, instances=instances))
        assert refused.value.code == code
    assert migrate(house, 1, number)["counts"]["passed"] == 1
    with house.read() as connection:
        assert connection.execute(select(MigrationStep.state)).scalars().all() == ["passed"]
        assert connection.execute(select(MigrationRun.state)).scalars().all() == ["done"]


def timed(expression: str) -> bytes:
    """A step that leads to another when its time is up, past a gateway that asks `expression` and knows no other way."""
    return document(
        process(
            "complaint",
            start(),
            user("receive", {"formKey": "receive"}),
            boundary("too_long", "receive", timer("duration", "'PT1H'")),
            exclusive("which"),
            user("record", {"formKey": "record"}),
            end(),
            flows=[
                "start > receive",
                "receive > end",
                "too_long > which",
                f"which > record if {expression}",
                "record > end",
            ],
            lanes=lanes(sales=["receive", "record"]),
        )
    )


def test_what_happens_when_time_is_up_is_tried_before(house: Context, crowd: Crowd) -> None:
    def of(expression: str) -> Bundle:
        files = dict(Draft().files) | {"complaint.bpmn": timed(expression)}
        kept = ("application.toml", "complaint.bpmn")
        return Bundle({name: data for name, data in files.items() if name in kept or name.startswith("forms/")})

    publish(house, of("number != None"))
    crowd.file()
    (item,) = rehearse_draft(house, SYSTEM, of("number == None"), "en")["items"]
    assert (item["verdict"], item["reasons"][0]["code"]) == ("stuck", "migration.next_step")
    assert item["reasons"][0]["elements"] == ["too_long", "which"]
    assert rehearse_draft(house, SYSTEM, of("1 == 1"), "en")["items"][0]["verdict"] == "safe"


def test_a_case_that_fails_as_nobody_foresaw_keeps_no_other_waiting(
    house: Context, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = crowd.ids[crowd.file()], crowd.ids[crowd.file()]
    to = publish(house, draft_of(renamed))
    really = migrate_instance.examine

    def examine(context: Any, actor: Any, row: Any, *more: Any) -> Any:
        if row.instance_id == first:
            raise RuntimeError("unforeseen")
        return really(context, actor, row, *more)

    monkeypatch.setattr(migrate_instance, "examine", examine)
    found = migrate(house, to)
    assert found["state"] == "done"
    states = {item["instance_id"]: (item["state"], item["verdict"]) for item in found["items"]}
    assert states == {first: ("refused", "stuck"), second: ("migrated", None)}
    assert "unforeseen" in found["items"][0]["reasons"][0]["message"]
