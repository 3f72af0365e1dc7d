"""What else may be done to a case that needs repair: skip, move, suspend, cancel; and what a preview says before."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.app import create_app
from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.move_instance import MoveInstance
from server.commands.retry_incident import RetryIncident
from server.commands.skip_job import SkipJob
from server.domain.rejection import Rejected
from server.jobs import ledger
from server.jobs.api import BpmnError
from server.persistence.models import HistoryEvent, Incident, Job, ProcessInstance, UserTask
from server.queries.record_case import record_case
from server.runner.repairs import continue_repairs
from tests.bpmn_builder import (
    boundary,
    document,
    end,
    error,
    error_definition,
    exclusive,
    lanes,
    process,
    service,
    start,
    user,
)
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.durability.processes import copy_prepared
from tests.faulty import FLOW, TOPIC, Faulty, broken_house, let_them_run, rebuilt, states
from tests.house import actor, build, drain_jobs, forget, token_of
from tests.integration.test_repair_faults import task
from tests.rest import Api

CHOICE = document(
    error("error_refused", "refused"),
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "receive"}),
        service("work", TOPIC, {"seconds": "0"}, retries=1, result="grading"),
        boundary("was_refused", "work", error_definition("error_refused")),
        exclusive("serious"),
        user("record", {"formKey": "record"}),
        user("confirm", {"formKey": "confirm"}),
        end(),
        flows=[
            "start > receive",
            "receive > work",
            "work > serious",
            "was_refused > confirm",
            "serious > confirm if grading.level == 1",
            "serious > record default",
            "record > end",
            "confirm > end",
        ],
        lanes=lanes(sales=["receive", "record"], quality=["confirm"]),
    ),
)
"""A job whose result decides at the gateway behind it, and whose error is caught."""


@pytest.fixture
def house(prepared_folder: Path, tmp_path: Path) -> Iterator[Context]:
    context = build(copy_prepared(prepared_folder, tmp_path / "data"), workers=(workshop.WORKERS,))
    yield context
    context.database.close()
    forget(tmp_path / "data")


@pytest.fixture
def api(house: Context) -> Api:
    return Api(house, create_app(house), token_of(house, "admin"))


def stopped_at_work(house: Context, diagram: bytes = FLOW) -> Faulty:
    faulty = broken_house(house, 1, diagram=diagram, causes=1)
    house.execute(CompleteTask(actor=actor(house, "admin"), task_id=task(house, "receive"), data={}))
    let_them_run(house)
    assert states(house) == {"open": 1}
    return faulty


def incident(house: Context) -> Any:
    with house.read() as connection:
        return connection.execute(select(Incident)).one()


def open_tasks(house: Context) -> set[str]:
    with house.read() as connection:
        return set(connection.execute(select(UserTask.element_id).where(UserTask.state == "open")).scalars())


def told(house: Context) -> list[str]:
    with house.read() as connection:
        return list(connection.execute(select(HistoryEvent.type).order_by(HistoryEvent.seq)).scalars())


def test_a_skipped_step_gives_nothing_or_what_was_given(house: Context, api: Api) -> None:
    stopped_at_work(house, CHOICE)
    found = incident(house)
    ask = {"action": "skip", "incident": found.id}
    preview = api.post(f"/instances/{found.instance_id}/preview", ask).json
    assert (preview["ok"], [line["element_id"] for line in preview["begun"]]) == (True, ["record"])
    preview = api.post(f"/instances/{found.instance_id}/preview", ask | {"result": {"level": 1}}).json
    assert [line["element_id"] for line in preview["gone"]] == ["work"]
    assert [line["element_id"] for line in preview["begun"]] == ["confirm"]
    assert [decision["to"] for decision in preview["decisions"]] == ["confirm"]
    assert states(house) == {"open": 1}, "a preview changed something"
    assert api.post(f"/incidents/{found.id}/skip", {"reason": " "}).status_code == 422
    assert api.as_("sales1").post(f"/incidents/{found.id}/skip", {"reason": "no"}).status_code == 403
    reply = api.post(f"/incidents/{found.id}/skip", {"reason": "graded by hand", "result": {"level": 1}})
    assert (reply.status_code, reply.json["outcome"]) == (200, "skipped")
    assert open_tasks(house) == {"confirm"}
    found = incident(house)
    assert (found.state, found.outcome) == ("obsolete", "skipped")
    assert "job.skipped" in told(house)
    assert "job.completed" not in told(house)
    assert "incident.resolved" not in told(house), "nothing succeeded"
    assert api.post(f"/incidents/{found.id}/skip", {"reason": "twice"}).status_code == 409
    assert audit_house(house) == []
    assert rebuilt(house) == []


def test_a_result_that_no_worker_would_give(house: Context, api: Api) -> None:
    stopped_at_work(house)
    worker = house.topics.workers[TOPIC]
    object.__setattr__(worker, "result", {"type": "object", "properties": {"level": {"type": "string"}}})
    try:
        reply = api.post(f"/incidents/{incident(house).id}/skip", {"reason": "by hand", "result": {"level": 3}})
    finally:
        object.__setattr__(worker, "result", {})
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "process.result")
    assert states(house) == {"open": 1}


def test_a_step_that_runs_at_this_moment_is_not_skipped(house: Context) -> None:
    stopped_at_work(house)
    found = incident(house)
    house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=found.id))
    (claim,) = ledger.claim(house.database, house.clock.now(), house.topics.topics, 1, ledger.owner())
    with pytest.raises(Rejected) as refusal:
        house.execute(SkipJob(actor=actor(house, "admin"), incident_id=found.id, reason="too slow"))
    assert refusal.value.code == "instance.job_running"
    with house.read() as connection:
        assert connection.execute(select(Job.attempt_token)).scalar_one() == claim.token


def test_skipping_what_waits_for_its_next_attempt(house: Context) -> None:
    stopped_at_work(house)
    found = incident(house)
    house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=found.id))
    house.execute(SkipJob(actor=actor(house, "admin"), incident_id=found.id, reason="enough"))
    assert drain_jobs(house) == 0
    assert (open_tasks(house), states(house)) == ({"record"}, {"obsolete": 1})
    assert audit_house(house) == []
    assert rebuilt(house) == []


def test_an_error_that_is_caught_after_all_is_no_success(house: Context) -> None:
    faulty = stopped_at_work(house, CHOICE)
    house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=incident(house).id))

    def refuse(_job: Any) -> None:
        raise BpmnError("refused")

    faulty.run = refuse  # type: ignore[method-assign]
    drain_jobs(house)
    found = incident(house)
    assert (found.state, found.outcome, open_tasks(house)) == ("obsolete", "boundary", {"confirm"})
    with house.read() as connection:
        assert connection.execute(select(ProcessInstance.state)).scalar_one() == "active"
    assert audit_house(house) == []
    assert rebuilt(house) == []


def test_moving_back(house: Context, api: Api) -> None:
    stopped_at_work(house)
    instance = incident(house).instance_id
    preview = api.post(f"/instances/{instance}/preview", {"action": "move", "target": "receive"}).json
    assert (preview["ok"], [line["element_id"] for line in preview["begun"]]) == (True, ["receive"])
    preview = api.post(f"/instances/{instance}/preview", {"action": "move", "target": "record"}).json
    assert (preview["ok"], "receive" in preview["problem"]) == (False, True)
    reply = api.post(f"/instances/{instance}/move", {"target": "record", "reason": "forward"})
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "instance.no_way_back")
    assert api.as_("owner").post(f"/instances/{instance}/move", {"target": "x", "reason": "y"}).status_code == 403
    reply = api.post(f"/instances/{instance}/move", {"target": "receive", "reason": "the customer was wrong"})
    assert (reply.status_code, reply.json["cancelled"]) == (200, ["work"])
    found = incident(house)
    assert (found.state, found.outcome, open_tasks(house)) == ("obsolete", "moved", {"receive"})
    assert told(house).count("instance.moved") == 1
    assert drain_jobs(house) == 0
    assert audit_house(house) == []
    assert rebuilt(house) == []
    # The way forward is a new job.
    house.execute(CompleteTask(actor=actor(house, "admin"), task_id=task(house, "receive"), data={}))
    let_them_run(house)
    assert states(house) == {"obsolete": 1, "open": 1}
    assert audit_house(house) == []
    assert rebuilt(house) == []


def test_a_repaired_case_as_a_test_says_that_it_was_repaired(house: Context) -> None:
    stopped_at_work(house)
    found = incident(house)
    house.execute(SkipJob(actor=actor(house, "admin"), incident_id=found.id, reason="by hand"))
    made = record_case(house, actor(house, "admin"), "HQ-2026-0001")
    assert b"skipped by the repair desk" in made.content


def test_moving_needs_something_to_go_back_to(house: Context) -> None:
    broken_house(house, 1, causes=1)
    command = MoveInstance(
        actor=actor(house, "admin"), instance_id=incident(house).instance_id, target="start", reason="again"
    )
    with pytest.raises(Rejected) as refusal:
        house.execute(command)
    assert refusal.value.code == "instance.no_way_back"


def test_repairs_of_many_over_rest(house: Context, api: Api) -> None:
    broken_house(house, 6, causes=2)
    groups = api.get("/incidents/groups").json["items"]
    assert [(group["open"], group["cases"]) for group in groups] == [(3, 3), (3, 3)]
    group = api.get(f"/incidents/groups/{groups[0]['group']}?limit=2").json
    assert (len(group["items"]), group["proven"], group["at_risk"]) == (2, False, 0)
    assert "Traceback" in group["last"]["traceback"]
    more = api.get(f"/incidents/groups/{groups[0]['group']}?limit=2&cursor={group['next']}").json
    assert (len(more["items"]), more["next"]) == (1, None)
    assert api.as_("sales1").get(f"/incidents/groups/{groups[0]['group']}").status_code == 403
    ids = [row["id"] for row in group["items"]]
    body = {"action": "suspend", "incidents": ids, "reason": "the mail server moves", "group": groups[0]["group"]}
    assert api.as_("owner").post("/repairs", body).status_code == 403, "he may repair, but not suspend"
    assert api.post("/repairs", body | {"reason": ""}).status_code == 422
    assert api.post("/repairs", {"action": "dance"}).status_code == 400
    assert api.post("/repairs", {"action": "move", "incidents": ids, "reason": "x"}).status_code == 400
    run = api.post("/repairs", body)
    assert (run.status_code, run.json["cases"], run.json["left_out"]) == (202, 2, 0)
    assert api.post("/repairs", body).status_code == 409
    continue_repairs(house, 10)
    done = api.get(f"/repairs/{run.json['id']}").json
    assert (done["state"], done["counts"]["succeeded"], done["started_by"]) == ("done", 2, "admin")
    # Two of the three are suspended now: trying again says so for each.
    run = api.post("/repairs", {"action": "retry", "group": groups[0]["group"]}).json
    continue_repairs(house, 10)
    done = api.get(f"/repairs/{run['id']}", language="zh-CN").json
    assert sorted(item["state"] for item in done["items"]) == ["refused", "refused", "running"]
    assert all("暂停" in item["why"] for item in done["items"] if item["state"] == "refused")
    assert [one["id"] for one in api.get("/repairs").json["items"]] == [run["id"], run["id"] - 1]
    assert api.get("/repairs/999").status_code == 404
    assert api.get("/incidents/groups/0123456789abcdef").status_code == 404
    assert api.get("/incidents?state=retrying").json["items"][0]["retried_by"] == "admin"
    assert audit_house(house) == []
    assert rebuilt(house) == []
