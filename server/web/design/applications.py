"""Which applications there are, and one of them: versions, drafts, what happened."""

from flask import Response, request, url_for

from server.commands.open_draft import OpenDraft
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.bundle_archive import version_archive
from server.queries.definition_list import definition_list
from server.queries.definition_story import definition_story
from server.queries.draft_detail import draft_list
from server.queries.migration_runs import migration_runs
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import done, download, page, see_other

EVENTS = {
    "draft.opened": N_("opened the draft “{title}”"),
    "draft.discarded": N_("gave up the draft “{title}”"),
    "draft.renewed": N_("brought the draft “{title}” up to date"),
    "draft.proposed": N_("proposed the draft “{title}” for publication"),
    "draft.returned": N_("sent the draft “{title}” back"),
    "version.published": N_("published version {version}"),
    "version.rolled_back": N_("went back to version {version}"),
    "version.migrated": N_("had {cases} complaints moved to version {version}"),
}


@needs("definition.read")
def applications() -> Response:
    return page("design/applications.html", applications=definition_list(context(), actor(), language())["items"])


@needs("definition.read")
def application(key: str) -> Response:
    found = [one for one in definition_list(context(), actor(), language())["items"] if one["key"] == key]
    if not found:
        raise Rejected("not_found.definition", N_("There is no process application “{key}”."), key=key[:64])
    return page(
        "design/application.html",
        application=found[0],
        drafts=draft_list(context(), actor(), key),
        story=definition_story(context(), actor(), key),
        events=EVENTS,
        runs=migration_runs(context(), actor(), key)["items"],
    )


@needs("definition.edit")
def bring() -> Response:
    """A zip becomes a draft: of the application it names, which may be a new one."""
    file = request.files.get("bundle")
    if file is None or not file.filename:
        raise Rejected("malformed.file", N_("Choose the zip of an application first."), field="/bundle")
    data = file.read()
    key = Bundle.from_zip(data).application.key
    title = request.form.get("title", "").strip() or file.filename.removesuffix(".zip")
    answer = context().execute(OpenDraft(actor=actor(), key=key, title=title, bundle=data)).body
    done(N_("The zip is a draft now. Nothing runs by it until it is published."))
    return see_other(url_for("design.draft", draft_id=answer["id"]))


@needs("definition.read")
def version_bundle(key: str, version: int) -> Response:
    return download(version_archive(context(), actor(), key, version), f"{key}-{version}.zip")
