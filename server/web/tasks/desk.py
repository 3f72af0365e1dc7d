"""One task on the desk: what the queries know of it, and its form."""

import secrets
from typing import Any

from flask import Response

from server.commands.set_priority import LEVELS
from server.domain.rejection import Rejected
from server.queries.case_story import case_story
from server.queries.comments import comments
from server.queries.complaint_detail import complaint_detail
from server.queries.diagram import diagram
from server.queries.file_info import file_info
from server.queries.task_detail import task_detail
from server.web import headers
from server.web.forms import CaseForm
from server.web.person import actor, context, language
from server.web.reading import sections_of
from server.web.replies import page
from server.web.tasks.ending import ending, late_values
from server.web.tasks.listing import group_names

COMMENTS = 20
"""So many of the newest are on the page."""


class Desk:
    """Made once per request; `formdata` is what was posted, if anything. Raises Rejected `not_found.task`."""

    def __init__(self, task_id: str, formdata: Any = None) -> None:
        self.task_id = task_id
        self.task = task_detail(context(), actor(), task_id, language())
        draft = self.task["draft"] or {}
        self.draft_version = (formdata or {}).get("draft_version") or self.task["draft_version"]
        self.revision = sent_revision(formdata) or draft.get("revision") or self.task["revision"]
        self.form = CaseForm(
            self.task["form"]["schema"],
            self.task["form"]["ui"],
            self.task["form"]["data"],
            context().settings.zone,
            formdata,
            draft.get("data"),
        )

    def renew(self) -> None:
        """Someone else changed the case meanwhile: go on from its newest revision."""
        self.revision = self.task["revision"]
        self.form.renew()

    def renew_draft(self) -> None:
        """Another draft was saved meanwhile: whoever sends this page's form has seen it."""
        self.draft_version = self.task["draft_version"]

    @property
    def workable(self) -> bool:
        return "draft" in self.task["actions"]

    def render(self, status: int = 200, **more: Any) -> Response:
        """The page; `more` brings back what was typed into one of the small forms (`opened`, `typed`, `problem`)."""
        headers.allow_style_attributes()
        number = self.task["complaint"]
        case = complaint_detail(context(), actor(), number, language())
        story = case_story(context(), actor(), number, language())
        return page(
            "tasks/task.html",
            status,
            task=self.task,
            form=self.form,
            revision=self.revision,
            draft_version=self.draft_version,
            once=secrets.token_hex(8),
            workable=self.workable,
            sections=sections_of(case["schema"], case["case"]),
            case_files={file["id"]: file for file in case["files"]},
            story=story,
            ending=ending(self.task, story),
            **late_values(self.form, self.workable),
            rounds=[one | {"sections": sections_of(case["schema"], one["values"])} for one in case["rounds"]],
            diagram=diagram(context(), actor(), self.task["instance_id"], language(), self.task["definition"]),
            files={one: known_file(one) for one in self.form.file_ids},
            groups=group_names(),
            comments=comments(context(), actor(), number, language(), limit=COMMENTS)["items"],
            levels=LEVELS,
            **({"opened": "", "typed": {}, "problem": "", "preview": None} | more),
        )


def sent_revision(formdata: Any) -> int | None:
    """The revision of the case file that came back with a form."""
    text = (formdata or {}).get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def known_file(file_id: str) -> dict[str, Any]:
    try:
        return file_info(context(), actor(), file_id)
    except Rejected:
        return {"id": file_id, "name": file_id, "media_type": "", "size": 0}
