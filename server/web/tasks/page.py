"""The page of one task: see what to do, fill the form, done."""

from typing import Any, BinaryIO, cast

from flask import Response, flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.save_draft import SaveDraft
from server.commands.upload_file import UploadFile
from server.domain.rejection import Rejected
from server.files.kinds import accepted
from server.i18n import N_
from server.web.access import needs
from server.web.forms import patch_of, receive, show_refusal
from server.web.forms.problems import show_unread, tell_authors
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import command_id, done, run, see_other
from server.web.tasks.claiming import tell_refusal
from server.web.tasks.desk import Desk
from server.web.texts import _
from server.web.values import file_size


@needs("task.work")
def show(task_id: str) -> Response:
    return Desk(task_id).render()


@needs("task.work")
def submit(task_id: str) -> ResponseReturnValue:
    """Complete, save, claim, or one more row: whichever button was pressed."""
    desk = Desk(task_id, request.form)
    if desk.form.change_rows(request.form):
        receive(desk.form, request.files, store, language())
        return desk.render()
    good = receive(desk.form, request.files, store, language())
    if desk.form.unread or not good:
        show_unread(desk.form, language())
        tell_authors(desk.form, desk.task["complaint"], language())
        return desk.render(422)
    pressed = {"draft": _save, "claim": _claim}.get(request.form.get("do", ""), _complete)
    return pressed(desk)


@needs("task.work")
def keep(task_id: str) -> ResponseReturnValue:
    """A draft that form.js saves by itself; files are left to the real submission."""
    desk = Desk(task_id, request.form)
    _answer, refusal = run(_draft(desk), named=False)
    if refusal is not None:
        return jsonify({"error": refusal.to_json(language())}), status_of(refusal)
    return jsonify({"saved": True})


def store(file: FileStorage) -> str:
    """Id of the stored file; raises Rejected when it is not let in."""
    answer, refusal = run(UploadFile(actor=actor(), name=file.filename or "", stream=cast(BinaryIO, file.stream)))
    if refusal is not None:
        raise _with_limits(refusal)
    return str(answer["id"])


def _with_limits(refusal: Rejected) -> Rejected:
    """At the field of a file that was not let in: what is, and how large."""
    most, code = file_size(context().files.limit), refusal.code
    if "allowed" in refusal.params:
        return Rejected(code, N_("{problem} Up to {most} each."), problem=refusal, most=most)
    kinds = ", ".join(accepted())
    sentence = N_("{problem} Accepted are {kinds}, up to {most} each.")
    return Rejected(code, sentence, problem=refusal, kinds=kinds, most=most)


def _complete(desk: Desk) -> Response:
    data, revision = patch_of(desk.form), desk.revision
    command = CompleteTask(
        actor=actor(),
        command_id=command_id("complete", desk.task_id, data, revision),
        task_id=desk.task_id,
        data=data,
        revision=revision,
        draft_version=desk.draft_version,
        window=window(),
    )
    answer, refusal = run(command)
    if refusal is not None:
        return _again(desk, refusal)
    if answer.get("signing"):
        done(N_("Kept. It is to be signed now; you are told when you can complete it."))
        return see_other(url_for("tasks.show", task_id=desk.task_id))
    done(N_("Done: {task}."), task=desk.task["name"])
    _say_next(answer["instance"])
    return see_other(url_for("tasks.listing"))


def _save(desk: Desk) -> Response:
    _answer, refusal = run(_draft(desk), named=False)
    if refusal is not None:
        return _again(desk, refusal)
    done(N_("Saved. Nobody else sees the draft until the task is completed."))
    return see_other(url_for("tasks.show", task_id=desk.task_id))


def _claim(desk: Desk) -> Response:
    """What was already typed comes along as a draft; when that is refused, nothing is done."""
    refusal = run(_draft(desk), named=False)[1] if patch_of(desk.form) else None
    if refusal is None:
        _answer, refusal = run(ClaimTask(actor=actor(), task_id=desk.task_id))
    if refusal is not None:
        if refusal.code == "task.claimed":
            tell_refusal(refusal)
        return _again(desk, refusal)
    done(N_("The task is yours now."))
    return see_other(url_for("tasks.show", task_id=desk.task_id))


def _draft(desk: Desk) -> SaveDraft:
    data, told = patch_of(desk.form), {"revision": desk.revision, "draft_version": desk.draft_version}
    return SaveDraft(actor=actor(), task_id=desk.task_id, data=data, **told, window=window())


def window() -> str | None:
    """Tells a page from others that show the same task: drafts of its own are no news to it."""
    return request.form.get("once") or None


def _again(desk: Desk, refusal: Rejected) -> Response:
    if refusal.code == "case.changed":
        desk.renew()
    if refusal.code == "task.draft_changed":
        desk.renew_draft()
    show_refusal(desk.form, refusal, language(), desk.task["complaint"])
    return desk.render(status_of(refusal))


def _say_next(instance: dict[str, Any]) -> None:
    names = [step["name"] for step in instance["active"] if step["kind"] == "user_task"]
    number = instance["case_number"]
    if instance["state"] == "completed":
        done(N_("Complaint {number} is closed."), number=number)
    elif names:
        words = _(N_("Complaint {number} goes on with: {steps}."), number=number, steps=", ".join(names))
        flash(Markup('<a href="{}">{}</a>').format(url_for("manage.complaint", number=number), words), "success")
    elif instance["state"] == "incident":
        flash(_(N_("The next step failed and is on the repair desk.")), "warning")
