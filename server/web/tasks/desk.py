"""One task on the desk: what the queries know of it, and its form."""

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from flask import Response, url_for

from server.commands.set_priority import LEVELS
from server.queries.case_at_desk import case_at_desk
from server.queries.case_story import case_story
from server.queries.comments import comments
from server.queries.file_info import files_info
from server.queries.task_detail import task_detail
from server.web.forms import CaseForm
from server.web.person import actor, context, language
from server.web.reading import sections_of
from server.web.replies import page
from server.web.tasks.ending import ending, late_values
from server.web.tasks.listing import group_names
from server.web.values import PICTURES

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
        self.form.ask_next()

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
        number = self.task["complaint"]
        case = case_at_desk(context(), actor(), self.task, language())
        case_files = {file["id"]: file for file in case["files"]}
        said = comments(context(), actor(), number, language(), limit=COMMENTS)
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
            desk=case,
            case_files=case_files,
            ending=self._ending(),
            **late_values(self.form, self.workable),
            rounds=[one | {"sections": sections_of(case["schema"], one["values"])} for one in case["rounds"]],
            files=known_files(self.form.file_ids, case_files),
            groups=group_names(),
            comments=said["items"],
            older_comments=_older(number, said["next"]),
            pictures=PICTURES,
            levels=LEVELS,
            **({"opened": "", "typed": {}, "problem": "", "preview": None} | more),
        )

    def _ending(self) -> Mapping[str, Any] | None:
        """What ended the task; the whole story is read for it, for that may be long ago."""
        if self.task["state"] == "open":
            return None
        return ending(self.task, case_story(context(), actor(), self.task["complaint"], language()))


def _older(number: str, cursor: str | None) -> str | None:
    """Where older comments stand: on the complaint's page."""
    return url_for("manage.complaint", number=number, said=cursor) + "#comments" if cursor else None


def sent_revision(formdata: Any) -> int | None:
    """The revision of the case file that came back with a form."""
    text = (formdata or {}).get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def known_files(file_ids: Collection[str], known: Mapping[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """What there is to show of each file, by id; of `known` ones nothing is asked again."""
    found = {one: known[one] for one in file_ids if known and one in known}
    found |= files_info(context(), actor(), set(file_ids) - set(found))
    return {one: found.get(one, {"id": one, "name": one, "media_type": "", "size": 0}) for one in file_ids}
