"""A complaint's history becomes a test that passes on the version it ran in, whatever happened to the complaint."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.run_tests import run_tests
from server.commands.amend_case import AmendCase
from server.commands.cancel_instance import CancelInstance
from server.commands.deliver_message import DeliverMessage
from server.commands.report_recurrence import ReportRecurrence
from server.commands.send_back_task import SendBackTask
from server.commands.withdraw_complaint import WithdrawComplaint
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, ProcessInstance
from server.queries.complaint_detail import complaint_detail
from server.queries.record_case import Recorded, record_case
from server.runner.ticks import Ticks
from tests import crowd, stories
from tests.acceptance.support.answers import ALL, LEAST, SOME
from tests.bpmn_builder import (
    boundary,
    document,
    end,
    error,
    error_definition,
    lanes,
    process,
    service,
    start,
    timer,
    user,
)  # fmt: skip
from tests.crowd import Crowd, publish_unchecked
from tests.house import actor, build, copy_house, drain_jobs, forget
from tests.integration import strip
from tests.recordings import TALES, Tale


def recorded(house: Context, number: str, name: str = "") -> Recorded:
    return record_case(house, actor(house, "owner"), number, name)


def value_of(made: Recorded) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made.content)
    return found


def verbs(made: Recorded) -> list[str]:
    known = ("file", "task", "job", "message", "timers", "send_back", "amend")
    return [next(verb for verb in known if verb in step) for step in value_of(made)["steps"]]


def passes(made: Recorded) -> bool:
    """Shows the difference when it does not."""
    assert made.outcome.difference is None, made.outcome.to_json("en")
    return True


@pytest.mark.parametrize("name", ["closed-with-remark", "withdrawn"])
def test_what_is_recorded_passes_from_the_bundle_too_and_is_what_the_repository_holds(
    house: Context, name: str
) -> None:
    made = recorded(house, TALES[name](house).number, name)
    assert passes(made)
    version = house.library.current("complaint").bundle
    assert run_tests(Bundle(dict(version) | {made.path: made.content}), only=[made.path]).ok
    standing = json.loads(version[f"tests/{name}.json"])
    again = value_of(made)
    assert [step.get("task") for step in again["steps"]] == [step.get("task") for step in standing["steps"]]
    assert again["end"] == standing["end"]


class Wild(Crowd):
    """Complaints to which everything happens that may: corrections, steps back, waiting, messages, withdrawal."""

    def live(self) -> str:
        number = self.file()
        for _ in range(self.rng.randrange(8, 70)):
            self.context.clock.advance(timedelta(minutes=self.rng.randrange(600)))  # type: ignore[attr-defined]
            tasks = self.tasks(number)
            if not tasks:
                break
            dice = self.rng.random()
            if dice < 0.06:
                self.amend(number)
            elif dice < 0.14:
                self.back(self.rng.choice(tasks))
            elif dice < 0.15:
                self.context.execute(WithdrawComplaint(actor=self.admin, number=number, reason="算了", name="张三"))
            else:
                self.complete(number, self.rng.choice(tasks))
            Ticks(self.context).fire_timers()
            drain_jobs(self.context)
        return number

    def amend(self, number: str) -> None:
        data = self.rng.choice(
            ({"customer": {"contact": "李四"}}, {"grading": {"cost": self.rng.randrange(200_000)}},
             {"product": {"quantity_defective": self.rng.randrange(9)}})
        )  # fmt: skip
        self.context.execute(AmendCase(actor=self.admin, number=number, data=data, reason="更正"))

    def back(self, task: dict[str, Any]) -> None:
        try:
            self.context.execute(SendBackTask(actor=self.admin, task_id=task["id"], reason="再看看"))
        except Rejected as refusal:
            if refusal.code not in ("task.no_way_back", "task.cannot_send_back"):
                raise


@pytest.mark.one_database("a history reads the same in both")
@pytest.mark.parametrize(("seed", "dense"), [(0, LEAST), (1, LEAST), (2, SOME), (3, ALL)])
def test_whatever_happens_to_a_complaint_its_recording_passes_on_its_own_version(
    house: Context, seed: int, dense: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "LEAST", dense)
    wild = Wild(house, f"recording {seed}")
    for _ in range(5):
        made = recorded(house, wild.live())
        assert passes(made)


def test_rows_that_people_add_change_and_take_away(house: Context) -> None:
    tale = Tale(house, "housing-sink-marks").play(until="meeting")
    members = complaint_detail(house, actor(house, "admin"), tale.number, "en")["case"]["team"]["members"]
    assert len(members) >= 2
    kept = [{"id": members[1]["id"], "duty": members[0].get("duty")}, {"name": "新人", "phone": "13912345678"}]
    command = AmendCase(
        actor=actor(house, "admin"), number=tale.number, data={"team": {"members": kept}}, reason="换人"
    )
    tale.do(command)
    made = recorded(house, tale.number)
    assert passes(made)
    (amended,) = [step["amend"] for step in value_of(made)["steps"] if "amend" in step]
    first, second = amended["team"]["members"]
    assert first["id"].startswith("row-")
    assert set(second) >= {"id", "name", "phone"}
    assert "新人" not in made.content.decode()
    assert "13912345678" not in made.content.decode()


def test_a_successor_a_message_and_a_case_that_is_still_open(house: Context) -> None:
    tale = TALES["withdrawn"](house)
    body = house.execute(ReportRecurrence(actor=actor(house, "admin"), number=tale.number, reason="又来了")).body
    drain_jobs(house)
    made = recorded(house, body["number"])
    assert passes(made)
    test = value_of(made)
    assert test["steps"][0]["file"]["start"]["successor"]["of"] == tale.number
    assert test["end"] is None
    assert test["steps"][-1]["open"] == ["receive"]
    told = {"name": "complaint.withdrawn", "correlation": {"number": body["number"]}, "payload": {"reason": "客户撤回"}}
    house.execute(DeliverMessage(actor=actor(house, "admin"), **told))
    drain_jobs(house)
    again = recorded(house, body["number"])
    assert passes(again)
    assert "message" in verbs(again)
    assert value_of(again)["end"] == "End_Withdrawn"


def test_a_cancelled_complaint_is_recorded_up_to_there(house: Context) -> None:
    tale = Tale(house, "meter-reading")
    house.execute(CancelInstance(actor=actor(house, "admin"), instance_id=tale.instance_id, reason="录错了"))
    made = recorded(house, tale.number)
    assert passes(made)
    assert "end" not in value_of(made)
    assert any("cancelled" in note for note in value_of(made)["notes"])


LATE = document(
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "empty"}),
        boundary("late", "receive", timer("duration", '"PT8H"'), interrupting=False),
        user("hurry", {"formKey": "empty"}),
        boundary("too_late", "hurry", timer("date", "working_days(1)")),
        end("done"),
        end("hurried"),
        end("given_up"),
        flows=["start > receive", "receive > done", "late > hurry", "hurry > hurried", "too_late > given_up"],
        lanes=lanes(sales=["receive", "hurry"]),
    )
)


def test_timers_fire_where_they_fired(house: Context) -> None:
    strip.publish(house, LATE)
    tale = Tale(house, "meter-reading")
    for _ in range(20):
        house.clock.advance(timedelta(hours=5))  # type: ignore[attr-defined]
        Ticks(house).fire_timers()
    tale.answer("receive", {})
    made = recorded(house, tale.number)
    assert passes(made)
    assert [step["timers"] for step in value_of(made)["steps"] if "timers" in step] == [["late"], ["too_late"]]
    files = dict(house.library.current("complaint").bundle) | {made.path: made.content}
    longer = files | {"complaint.bpmn": LATE.replace(b"PT8H", b"PT30H")}
    assert run_tests(Bundle(longer), only=[made.path]).ok, "how long a deadline is, is no matter of a recorded test"
    without = files | {"complaint.bpmn": LATE.replace(b'id="late"', b'id="later"').replace(b'"late"', b'"later"')}
    (outcome,) = run_tests(Bundle(without), only=[made.path]).tests
    assert outcome.difference is not None


REFUSED = document(
    error("Error_refused", "refused", variable="problem"),
    process(
        "complaint",
        start(),
        service("ask", "durability.refuses@1"),
        boundary("refused", "ask", error_definition("Error_refused")),
        user("by_hand", {"formKey": "empty"}),
        end("done"),
        end("answered"),
        flows=["start > ask", "ask > done", "refused > by_hand", "by_hand > answered"],
        lanes=lanes(sales=["by_hand"]),
    ),
)


@pytest.fixture
def site_house(prepared_folder: Path, tmp_path: Path) -> Iterator[Context]:
    folder = copy_house(prepared_folder, tmp_path / "site")
    context = build(folder, workers=("tests.durability.site_workers",))
    yield context
    context.database.close()
    forget(folder)


def test_an_error_of_a_worker_takes_the_way_it_took(site_house: Context) -> None:
    strip.publish(site_house, REFUSED)
    tale = Tale(site_house, "meter-reading")
    tale.answer("by_hand", {})
    made = recorded(site_house, tale.number)
    assert passes(made)
    (told,) = [step for step in value_of(made)["steps"] if "job" in step]
    assert told["error"] == "refused"
    assert "refused" in told["then"]


def test_the_history_of_an_older_release_is_enough(house: Context) -> None:
    tale = TALES["not-quality"](house)
    keep = {"job_id", "topic", "attempt", "mails", "files"}
    with house.database.write("test") as connection:
        query = (
            select(HistoryPayload.instance_id, HistoryPayload.seq, HistoryPayload.data)
            .join(HistoryEvent, (HistoryEvent.instance_id == HistoryPayload.instance_id) & (HistoryEvent.seq == HistoryPayload.seq))
            .where(HistoryEvent.type == "job.completed", HistoryEvent.instance_id == tale.instance_id)
        )  # fmt: skip
        for row in connection.execute(query).all():
            one = (HistoryPayload.instance_id == row.instance_id) & (HistoryPayload.seq == row.seq)
            data = {name: value for name, value in row.data.items() if name in keep}
            connection.execute(update(HistoryPayload).where(one).values(data=data))
    made = recorded(house, tale.number)
    assert passes(made)
    jobs = [step for step in value_of(made)["steps"] if "job" in step]
    assert jobs
    assert all("result" not in step for step in jobs)
    (inputs,) = [step for step in jobs if step["job"] == "grading_inputs"]
    assert "level" not in json.dumps(inputs["writes"]), "what a table says is not put into the worker's mouth"


def test_a_history_with_a_gap_is_not_recorded(house: Context) -> None:
    tale = Tale(house, "meter-reading")
    with house.database.write("test") as connection:
        connection.execute(delete(HistoryPayload).where(HistoryPayload.instance_id == tale.instance_id))
    with pytest.raises(Rejected, match="erased"):
        recorded(house, tale.number)


def test_a_changed_process_and_the_case_that_ran_before(house: Context) -> None:
    """The first difference is told on the bundle as it would be published."""
    made = recorded(house, TALES["resolved-at-once"](house).number, "at-once")
    bundle = house.library.current("complaint").bundle
    text = bundle["complaint.bpmn"].decode()
    other = text.replace('immediate.resolved == "yes"', 'immediate.resolved == "never"')
    changed = Bundle(dict(bundle) | {made.path: made.content, "complaint.bpmn": other.encode()})
    (outcome,) = run_tests(changed, only=[made.path]).tests
    assert outcome.difference is not None
    told = outcome.difference.to_json("en")
    assert told["elements"][0] == "record"
    assert "recorded was" in told["message"]


def test_who_may_not_edit_a_process_records_nothing(house: Context) -> None:
    tale = Tale(house, "meter-reading")
    with pytest.raises(Rejected, match="may not"):
        record_case(house, actor(house, "quality1"), tale.number)
    with pytest.raises(Rejected, match="There is no complaint"):
        record_case(house, actor(house, "owner"), "HQ-1999-0001")


def test_a_moved_complaint_says_so(house: Context) -> None:
    from server.commands.start_migration import StartMigration
    from server.runner.migrations import carry_out

    tale = Tale(house, "meter-reading")
    bundle = house.library.current("complaint").bundle
    newer = Bundle(dict(bundle) | {"application.toml": bundle["application.toml"] + b"\n# newer\n"})
    number = publish_unchecked(house, newer)
    run = house.execute(StartMigration(actor=SYSTEM, key="complaint", to=number)).body
    carry_out(house, run["id"])
    tale.answer("receive", stories.answers("meter-reading")["receive"])
    made = recorded(house, tale.number)
    assert passes(made)
    assert any("moved from version 1 to 2" in note for note in value_of(made)["notes"])
    with house.read() as connection:
        state = select(ProcessInstance.version_id).join(CaseFile).where(CaseFile.number == tale.number)
        assert connection.execute(state).scalar_one() == house.library.current("complaint").id
