"""The last step of a draft: what is known of it, a second person where the site wants one, and the version."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, request, url_for
from markupsafe import Markup

from server.casework.command import Command
from server.commands.propose_draft import ProposeDraft
from server.commands.publish_draft import PublishDraft
from server.commands.return_draft import ReturnDraft
from server.commands.roll_back_version import RollBackVersion
from server.i18n import N_
from server.queries.draft_check import draft_check
from server.queries.draft_detail import draft_detail
from server.queries.draft_tests import draft_tests
from server.web.access import needs
from server.web.design.drafts import CHANGES, STATES
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import act, done, page, run, see_other
from server.web.texts import _


@needs("definition.read")
def show(draft_id: int) -> Response:
    return _page(draft_id)


@needs("definition.publish")
def publish(draft_id: int) -> Response:
    command = PublishDraft(
        actor=actor(),
        draft_id=draft_id,
        revision=_revision(),
        note=request.form.get("note", ""),
        despite_tests="despite_tests" in request.form,
    )
    answer, refusal = run(command)
    if refusal is not None:
        return _page(draft_id, status_of(refusal), problem=refusal.text(language()), typed=request.form)
    done(N_("Version {version} is published: new complaints start with it."), version=answer["version"])
    if actor().may("definition.migrate"):
        there = url_for("design.version_rehearsal", key=answer["key"], version=answer["version"])
        words = _(N_("Move the open complaints to it"))
        flash(Markup('<a href="{}">{}</a>').format(there, words), "success")
    return see_other(url_for("design.application", key=answer["key"]))


@needs("definition.edit")
def propose(draft_id: int) -> Response:
    command = ProposeDraft(actor=actor(), draft_id=draft_id, revision=_revision(), note=request.form.get("note", ""))
    return _done(draft_id, command, N_("The draft is proposed: somebody else looks at it and publishes it."))


@needs("definition.read")
def send_back(draft_id: int) -> Response:
    command = ReturnDraft(actor=actor(), draft_id=draft_id, note=request.form.get("note", ""))
    return _done(draft_id, command, N_("The draft can be worked on again."))


VERBS: dict[str, Callable[[int], Response]] = {"publish": publish, "propose": propose, "return": send_back}


@needs("definition.publish")
def roll_back(key: str) -> Response:
    command = RollBackVersion(
        actor=actor(), key=key, to=whole_number(request.form, "to") or 0, note=request.form.get("note", "")
    )
    sentence = N_("New complaints start with that version again. Those that run keep theirs.")
    return act(command, sentence, url_for("design.application", key=key))


def _revision() -> int:
    return whole_number(request.form, "revision") or 0


def _done(draft_id: int, command: Command, sentence: str) -> Response:
    _answer, refusal = run(command)
    if refusal is not None:
        return _page(draft_id, status_of(refusal), problem=refusal.text(language()), typed=request.form)
    done(sentence)
    return see_other(url_for("design.show", draft_id=draft_id))


def _page(draft_id: int, status: int = 200, **more: Any) -> Response:
    draft = draft_detail(context(), actor(), draft_id)
    check = draft_check(context(), actor(), draft_id, language())
    second = context().settings.publish_four_eyes
    own = actor().user_id == draft["proposed_by_id"]
    hand_in_it = own or actor().user_id == draft["updated_by_id"]
    return page(
        "design/publish.html",
        status,
        draft=draft,
        changed=[one for one in draft["files"] if one["change"]],
        changes=CHANGES,
        states=STATES,
        check=check,
        errors=[finding for finding in check["findings"] if finding["severity"] == "error"],
        tests=draft_tests(context(), actor(), draft_id, language())["tests"],
        second=second,
        may_publish=actor().may("definition.publish") and not (second and (draft["state"] != "proposed" or hand_in_it)),
        may_propose=draft["state"] == "open" and actor().may("definition.edit"),
        may_return=draft["state"] == "proposed" and (own or actor().may("definition.publish")),
        **({"problem": "", "typed": {}} | more),
    )
