"""The process may say who is meant for a task; that is no claim."""

import pytest

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from server.commands.publish_version import PublishVersion
from server.domain.bundle import Bundle, bundled_root
from server.queries.task_list import task_list
from tests.house import actor, drain_jobs

FIELDS = {"customer": {"name": "宁波华誉电器有限公司", "contact": "sales1"}, "problem": {"description": "外壳缩水。"}}
GROUP = b'<spiffworkflow:property name="formKey" value="receive"'


def publish_with_assignee(house: Context, expression: str) -> None:
    bundle = Bundle.from_folder(bundled_root(), "complaint")
    diagram = bundle["complaint.bpmn"]
    assert diagram.count(GROUP) == 1
    wanted = f'<spiffworkflow:property name="assignee" value="{expression}" />'.encode()
    changed = Bundle({**bundle, "complaint.bpmn": diagram.replace(GROUP, wanted + GROUP)})
    house.execute(PublishVersion(actor=SYSTEM, bundle=changed.to_zip()))


@pytest.mark.parametrize(
    ("expression", "assignee"),
    [("'sales2'", "sales2"), ("'nobody'", None), ("customer.contact", "sales1"), ("customer.email", None)],
)
def test_the_task_is_meant_for_whom_the_expression_names(house: Context, expression: str, assignee: str | None) -> None:
    publish_with_assignee(house, expression)
    admin = actor(house, "admin")
    filed = house.execute(FileComplaint(actor=admin, channel="phone", fields=FIELDS))
    drain_jobs(house)

    (task,) = task_list(house, admin, language="en", case=filed.body["number"])["items"]
    assert (task["assignee"], task["claimed_by"], task["groups"]) == (assignee, None, ["sales"])
    found = task_list(house, admin, language="en", assignee="sales2")["items"]
    assert len(found) == (1 if assignee == "sales2" else 0)
