"""Completing a user task takes at most fourteen SQL statements and one commit, whatever the step.

Two of them keep the records of steps (which wait ended, which began), so that no page has to count them from histories.
Counted inside the command, with a command id, a revision and a file attached; BEGIN, COMMIT and PRAGMA are not.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.commands.upload_file import UploadFile
from server.queries.task_detail import task_detail
from server.queries.task_list import task_list
from tests import stories
from tests.acceptance.support.samples import png
from tests.house import actor, drain_jobs

BUDGET = 14
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
STORIES = ("housing-sink-marks", "meter-reading")


@dataclass
class Tally:
    statements: list[str] = field(default_factory=list)
    commits: list[str] = field(default_factory=list)


@contextmanager
def tally(house: Context) -> Iterator[Tally]:
    """Counts what the database is asked while the block runs."""
    counted = Tally()

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(NOT_COUNTED):
            counted.statements.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", count)
    house.database.probe = counted.commits.append
    try:
        yield counted
    finally:
        event.remove(house.database.engine, "before_cursor_execute", count)


def attachment_field(schema: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The path of the first list of attachments a person may fill in."""
    for name, part in schema.get("properties", {}).items():
        if part.get("items", {}).get("format") == "attachment" and not part.get("readOnly"):
            return (name,)
        inner = attachment_field(part)
        if inner:
            return (name, *inner)
    return None


def with_value(data: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A copy of `data` with `value` at `path`."""
    first, *rest = path
    return {**data, first: with_value(data.get(first, {}), tuple(rest), value) if rest else value}


@pytest.mark.parametrize("story", STORIES)
def test_every_completion_keeps_to_the_budget(house: Context, story: str) -> None:
    admin = actor(house, "admin")
    filed = house.execute(FileComplaint(actor=admin, channel="phone", fields=stories.fields(story)))
    steps = stories.steps(story)
    counts, attached = {}, 0
    for number, step in enumerate(steps):
        drain_jobs(house)
        element_id = step["element_id"]
        item = stories.task_of(step, task_list(house, admin, language="en", case=filed.body["number"])["items"])
        detail = task_detail(house, admin, item["id"], "en")
        place = attachment_field(detail["form"]["schema"])
        data = step["data"]
        if place:
            name, content = png(Random(number))
            uploaded = house.execute(UploadFile(actor=admin, name=name, stream=io.BytesIO(content)))
            data = with_value(data, place, [uploaded.body["id"]])
            attached += 1
        command = CompleteTask(
            actor=admin, command_id=f"c-{number}", task_id=item["id"], data=data, revision=detail["revision"]
        )
        with tally(house) as counted:
            house.execute(command)
        counts[element_id] = counted.statements
        assert counted.commits == ["complete_task.before", "complete_task.after"], element_id
    assert attached >= len(steps) // 2, "hardly any form took a file"
    assert {name: len(asked) for name, asked in counts.items() if len(asked) > BUDGET} == {}
    assert max(len(asked) for asked in counts.values()) > 5, "nothing was counted"


def test_a_repetition_commits_nothing(house: Context) -> None:
    admin = actor(house, "admin")
    filed = house.execute(FileComplaint(actor=admin, channel="phone", fields=stories.fields(STORIES[0])))
    drain_jobs(house)
    (item,) = task_list(house, admin, language="en", case=filed.body["number"])["items"]
    data = stories.answers(STORIES[0])["receive"]
    command = CompleteTask(actor=admin, command_id="once", task_id=item["id"], data=data)
    first = house.execute(command)
    with tally(house) as counted:
        assert house.execute(command) == first
    assert counted.commits == []
