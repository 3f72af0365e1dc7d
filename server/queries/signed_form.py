"""What is somebody asked to sign?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, ProcessInstance, TaskRequest, UserTask
from server.security.actor import Actor
from server.security.visibility import visible_to


def signed_form(context: Context, actor: Actor, request_id: str, language: str) -> dict[str, Any]:
    """`{"schema", "ui", "data", "draft"}` of the task whose form the request is about; Rejected `not_found.request`."""
    query = (
        select(UserTask.form_key, UserTask.draft, CaseFile.data, ProcessInstance.version_id)
        .join(TaskRequest, TaskRequest.task_id == UserTask.id)
        .join(CaseFile, CaseFile.id == UserTask.case_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(TaskRequest.id == request_id, TaskRequest.asked_of.in_(actor.selves), visible_to(actor))
    )
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None or not row.form_key:
        raise Rejected("not_found.request", N_("Nothing like this was asked, or you may not see it."))
    forms = context.library.version(row.version_id).forms
    return {
        "schema": forms.schema(row.form_key, language),
        "ui": forms.ui(row.form_key, language),
        "data": forms.view_data(row.form_key, row.data),
        "draft": (row.draft or {}).get("data"),
    }
