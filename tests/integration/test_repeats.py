"""S20: cost and quantity of repeats come from the complaints that really stand in the register.

Each case files real complaints through commands, ends some of them, and lets the jobs and the grading table run. What
is expected was worked out by hand (`repeats_cases.json`).
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.cancel_instance import CancelInstance
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.commands.merge_complaint import MergeComplaint
from server.commands.publish_version import PublishVersion
from server.commands.withdraw_complaint import WithdrawComplaint
from server.domain.bundle import Bundle, bundled_root
from server.persistence.models import CaseFile
from server.queries.complaint_detail import complaint_detail
from server.queries.task_list import task_list
from tests.bpmn_builder import (
    boundary,
    document,
    end,
    lanes,
    message,
    message_definition,
    process,
    rule,
    service,
    start,
    user,
)
from tests.house import actor, drain_jobs

CASES = json.loads((Path(__file__).parent / "repeats_cases.json").read_text("utf-8"))
GRADING = Bundle.from_folder(bundled_root(), "complaint")["grading.dmn"]
EARLIER = {"customer": "Nordlicht", "part": "KS-440", "defect": "delamination", "received": "2026-02-01T09:00:00+08:00"}
OWN = EARLIER | {"received": "2026-03-02T09:00:00+08:00"}
PLACES = {
    "customer": ("customer", "name"),
    "part": ("product", "part_no"),
    "quantity": ("product", "quantity_defective"),
    "power": ("product", "power_w"),
    "defect": ("problem", "defect"),
    "cost": ("grading", "cost"),
    "mw": ("grading", "mw"),
    "degree": ("grading", "defect_degree"),
    "validity": ("classification", "validity"),
    "is_quality": ("classification", "is_quality"),
    "actual": ("archive", "cost"),
}
APPLICATION = """
key = "complaint"
title = "投诉\\nComplaint"
process_id = "complaint"
filing_form = "file"
[groups]
quality = "品质部\\nQuality"
"""
TEXT = {"type": "string", "title": "文字\nText", "maxLength": 500}
NUMBER = {"type": "number", "title": "数\nNumber", "minimum": 0}
TEXTS = {"type": "array", "title": "文字\nTexts", "maxItems": 1000, "items": {"type": "string"}}
YES = {"type": "boolean", "title": "是\nYes"}


def group(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "title": "组\nGroup", "properties": properties}


CASE = {
    "type": "object",
    "title": "投诉\nComplaint",
    "properties": {
        "customer": group(name=TEXT),
        "product": group(part_no=TEXT, quantity_defective={**NUMBER, "type": "integer"}, power_w=NUMBER),
        "problem": group(description=TEXT, defect=TEXT),
        "classification": group(validity=TEXT, is_quality=TEXT),
        "archive": group(cost=NUMBER),
        "withdrawal": group(reason=TEXT, name=TEXT, at=TEXT),
        "duplicate": group(of=TEXT, reason=TEXT),
        "grading": group(
            cost=NUMBER, mw=NUMBER, defect_degree=TEXT, level=NUMBER, reason=TEXT, other_level=TEXT, repeat_count=NUMBER,
            repeat_cost=NUMBER, repeat_quantity=NUMBER, repeat_mw=NUMBER, repeat_numbers=TEXTS, major_impact=YES,
            safety=YES, group=YES, media=YES,
        ),
    },
}  # fmt: skip
FORMS = {"file": ["customer", "product", "problem", "classification", "archive", "grading"], "look": ["archive"]}


def bundle(months: int) -> bytes:
    """A process that grades at once and then waits for a person; it can be withdrawn and merged there."""
    diagram = document(
        message("withdrawn", "complaint.withdrawn"),
        message("merged", "complaint.merged"),
        process(
            "complaint",
            start(),
            service("inputs", "grading.inputs@1", {"months": str(months)}, "grading"),
            rule("grade", "grading"),
            user("look", {"formKey": "look"}),
            boundary("on_withdrawn", "look", message_definition("withdrawn", "withdrawal")),
            boundary("on_merged", "look", message_definition("merged", "duplicate")),
            end(),
            flows=[
                "start > inputs",
                "inputs > grade",
                "grade > look",
                "look > end",
                "on_withdrawn > end",
                "on_merged > end",
            ],
            lanes=lanes(quality=["look"]),
        ).replace('id="complaint"', 'id="complaint" name="投诉&#10;Complaint"', 1),
    )
    files = {
        "application.toml": APPLICATION.encode(),
        "complaint.bpmn": diagram,
        "grading.dmn": GRADING,
        "forms/case.schema.json": json.dumps(CASE).encode(),
        **{f"forms/{name}.json": form(groups) for name, groups in FORMS.items()},
    }
    return Bundle(files).to_zip()


def form(groups: list[str]) -> bytes:
    properties = {name: {"$ref": f"case.schema.json#/properties/{name}"} for name in groups}
    return json.dumps({"schema": {"type": "object", "title": "表\nForm", "properties": properties}}).encode()


def publish(house: Context, months: int = 12) -> None:
    house.execute(PublishVersion(actor=SYSTEM, bundle=bundle(months), note="repeats"))


def file(house: Context, facts: dict[str, Any], mark: str) -> str:
    """A complaint with these facts; its customer's name ends in `mark`, so that cases do not meet."""
    fields: dict[str, Any] = {"problem": {"description": "as told"}}
    for name, value in facts.items():
        if name in PLACES and value != "":
            holder, key = PLACES[name]
            fields.setdefault(holder, {})[key] = value
    fields["customer"]["name"] = fields["customer"]["name"].replace("licht", f"licht {mark}")
    at = datetime.fromisoformat(facts["received"])
    filed = house.execute(FileComplaint(actor=actor(house, "admin"), channel="phone", fields=fields, received_at=at))
    return str(filed.body["number"])


def end_it(house: Context, number: str, how: str, numbers: list[str]) -> None:
    admin = actor(house, "admin")
    (task,) = task_list(house, admin, language="en", case=number)["items"]
    if how == "cancel":
        house.execute(CancelInstance(actor=admin, instance_id=task["instance_id"], reason="filed twice"))
    elif how == "withdraw":
        house.execute(WithdrawComplaint(actor=admin, number=number, reason="all is well"))
    elif how == "finish":
        house.execute(CompleteTask(actor=admin, task_id=task["id"], data={}))
    else:
        other = numbers[int(how.removeprefix("merge into ")) - 1]
        house.execute(MergeComplaint(actor=admin, number=number, of=other, reason="the same"))


def graded(house: Context, number: str) -> dict[str, Any]:
    drain_jobs(house)
    found: dict[str, Any] = complaint_detail(house, actor(house, "admin"), number, "en")["case"]["grading"]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_the_register_says_what_is_repeated(shared_house: Context, case: dict[str, Any]) -> None:
    publish(shared_house, case.get("months", 12))
    mark = str(CASES.index(case))
    earlier = [file(shared_house, EARLIER | facts, mark) for facts in case["earlier"]]
    drain_jobs(shared_house)
    for number, facts in zip(earlier, case["earlier"], strict=True):
        if "then" in facts:
            end_it(shared_house, number, facts["then"], earlier)
    own = file(shared_house, OWN | case["own"], mark)
    for facts in case.get("later", []):
        file(shared_house, EARLIER | facts, mark)
    found = graded(shared_house, own)
    assert found["repeat_numbers"] == [earlier[place - 1] for place in case.get("counted", [])]
    assert (found["repeat_count"], found["repeat_cost"]) == (case["count"], case["cost"])
    assert (found.get("repeat_mw"), found["repeat_quantity"]) == (case["mw"], case.get("quantity", 0))
    assert (found["level"], found["reason"]) == (case["level"], case["reason"])


def test_a_text_where_a_number_belongs_is_no_number(house: Context) -> None:
    """A case file of an older version may hold one; SQL that casts it would stop the job on PostgreSQL."""
    publish(house)
    odd = file(house, EARLIER | {"cost": 1, "mw": 1, "quantity": 1, "power": 1}, "odd")
    rows = select(CaseFile.data).where(CaseFile.number == odd)
    with house.database.engine.begin() as connection:
        data = connection.execute(rows).scalar_one()
        data["grading"] |= {"cost": "12,000", "mw": "much"}
        data["product"] |= {"quantity_defective": "many", "power_w": True}
        data["withdrawal"] = None
        connection.execute(update(CaseFile).where(CaseFile.number == odd).values(data=data))
    found = graded(house, file(house, OWN | {"cost": 4000}, "odd"))
    assert found["repeat_numbers"] == [odd]
    assert (found["repeat_cost"], found["repeat_quantity"], found.get("repeat_mw")) == (4000, 0, None)


def test_what_is_withdrawn_later_leaves_the_sum_of_the_next(house: Context) -> None:
    publish(house)
    first = file(house, EARLIER | {"mw": 0.5}, "again")
    own = OWN | {"mw": 0.1, "degree": "some_components"}
    assert graded(house, file(house, own, "again"))["repeat_mw"] == 0.6
    end_it(house, first, "withdraw", [])
    assert graded(house, file(house, own, "again"))["repeat_mw"] == 0.2


def test_many_repeats_are_read_by_two_statements(house: Context) -> None:
    publish(house)
    asked: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT") and "received_at" in statement:
            asked.append(statement)

    counts = []
    for more in (2, 30):
        for _ in range(more):
            file(house, EARLIER | {"cost": 100}, "many")
        drain_jobs(house)
        own = file(house, OWN | {"cost": 100}, "many")
        event.listen(house.database.engine, "before_cursor_execute", count)
        drain_jobs(house)
        event.remove(house.database.engine, "before_cursor_execute", count)
        counts.append(len(asked))
        asked.clear()
    assert counts == [2, 2]
    assert graded(house, own)["repeat_count"] == 33
