"""The demo's complaints, filed and worked on through the same commands as everybody's."""

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import structlog
from sqlalchemy import select

from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.deliver_message import DeliverMessage
from server.commands.file_complaint import FileComplaint
from server.domain.rejection import Rejected
from server.persistence.models import CommandRecord, UserTask
from server.queries.sign_in import actor_named
from server.security.actor import Actor

log = structlog.get_logger(__name__)

SAMPLES = Path(__file__).resolve().parents[1] / "demo" / "complaints.json"
PEOPLE = {
    "sales": "sales1",
    "quality": "quality1",
    "engineering": "engineering1",
    "production": "production1",
    "management": "manager",
    "service": "service1",
    "vp": "vp",
    "gm": "gm",
}
OUTSIDE = "admin"
"""Who hands in what comes from outside, as a customer's portal would by its token."""
DONE = "samples-loaded"
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.1


def file_samples(context: Context) -> None:
    """File them, so that they have the first numbers; what is to be done with them is left for later."""
    if (context.settings.data_dir / DONE).exists():
        return
    for sample in _samples():
        try:
            _filed_before(context, sample) or _file(context, sample)
        except Rejected as refusal:
            log.warning("sample complaint not filed", sample=sample["key"], why=str(refusal))


def load_samples(context: Context) -> None:
    """File each sample and give the answers it has; a start after a kill goes on where the first one stopped."""
    done = context.settings.data_dir / DONE
    if done.exists():
        return
    for sample in _samples():
        try:
            _load(context, sample)
        except Rejected as refusal:
            log.warning("sample complaint left as it is", sample=sample["key"], why=str(refusal))
    # Command ids are forgotten after 30 days, the demo's complaints are not.
    done.touch()


def _samples() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(SAMPLES.read_bytes())
    return found


def _load(context: Context, sample: dict[str, Any]) -> None:
    number, instance_id = _filed_before(context, sample) or _file(context, sample)
    done: Counter[str] = Counter()
    for position, answer in enumerate(sample["answers"]):
        if "message" in answer:
            _tell(context, f"sample:{sample['key']}:{position}", number, answer)
            continue
        task = _wait_for(context, instance_id, answer["element_id"], done[answer["element_id"]])
        done[answer["element_id"]] += 1
        if task is None:
            return
        if task.state != "open":
            continue
        context.execute(
            CompleteTask(
                actor=_person(context, PEOPLE[task.candidate_group]),
                command_id=f"sample:{task.id}",
                task_id=task.id,
                data=answer["data"],
            )
        )


def _tell(context: Context, command_id: str, number: str, answer: dict[str, Any]) -> None:
    """Deliver the message as soon as somebody waits for it; told before, the second answer equals the first."""
    told = DeliverMessage(
        actor=_person(context, OUTSIDE),
        command_id=command_id,
        name=answer["message"],
        correlation={"number": number},
        payload=answer["payload"],
    )
    give_up = context.clock.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            context.execute(told)
        except Rejected as refusal:
            if refusal.code != "not_found.message" or context.clock.monotonic() > give_up:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


def _filed_before(context: Context, sample: dict[str, Any]) -> tuple[str, str] | None:
    """(number, instance id) of a sample that an earlier start has filed."""
    query = select(CommandRecord.answer).where(CommandRecord.command_id == f"sample:{sample['key']}")
    with context.read() as connection:
        answer = connection.execute(query).scalar_one_or_none()
    return (answer["number"], answer["instance_id"]) if answer else None


def _file(context: Context, sample: dict[str, Any]) -> tuple[str, str]:
    answer = context.execute(
        FileComplaint(
            actor=_person(context, "sales1"),
            command_id=f"sample:{sample['key']}",
            channel=sample["channel"],
            fields=sample["fields"],
            received_at=context.clock.now() - timedelta(hours=sample["received_hours_ago"]),
        )
    )
    return str(answer.body["number"]), str(answer.body["instance_id"])


def _wait_for(context: Context, instance_id: str, element_id: str, before: int) -> Any:
    """The task, open or done before, as soon as it is there; None when it never comes.

    before: how many answers this element has had; in a second round its task is there a second time. What a message
    or a step back cancelled had no answer.
    """
    query = select(UserTask.id, UserTask.candidate_group, UserTask.state).where(
        UserTask.instance_id == instance_id, UserTask.element_id == element_id, UserTask.state != "cancelled"
    )
    give_up = context.clock.monotonic() + PATIENCE_SECONDS
    while context.clock.monotonic() < give_up:
        with context.read() as connection:
            rows = connection.execute(query).all()
        # By their states, not by their order: two rounds may begin in one moment of a clock that stands.
        done = [row for row in rows if row.state == "completed"]
        found = done if len(done) > before else [row for row in rows if row.state == "open"]
        if found:
            return found[0]
        time.sleep(POLL_SECONDS)
    return None


def _person(context: Context, username: str) -> Actor:
    actor = actor_named(context, username)
    if actor is None:
        raise LookupError(f"the demo has no {username}")
    return actor
