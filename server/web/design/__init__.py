"""The studio: process applications with their versions, drafts, and the editors of their files."""

from flask import Blueprint

from server.web.design import (
    applications,
    codes,
    difference,
    drafts,
    files,
    migrations,
    publishing,
    rehearsals,
    studio,
    trying,
)

blueprint = Blueprint("design", __name__, url_prefix="/design")
blueprint.add_url_rule("", view_func=applications.applications)
blueprint.add_url_rule("/check/codes", view_func=codes.codes)
blueprint.add_url_rule("/<key>", view_func=applications.application)
blueprint.add_url_rule("/import", view_func=applications.bring, methods=["POST"])
blueprint.add_url_rule("/<key>/drafts", view_func=drafts.open_, methods=["POST"])
blueprint.add_url_rule("/<key>/rollback", view_func=publishing.roll_back, methods=["POST"])
blueprint.add_url_rule("/<key>/versions/<int:version>/bundle.zip", view_func=applications.version_bundle)
blueprint.add_url_rule("/drafts/<int:draft_id>", view_func=drafts.draft)
blueprint.add_url_rule("/drafts/<int:draft_id>/discard", view_func=drafts.discard, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/files", view_func=drafts.add, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/remove", view_func=drafts.remove, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/bring-back", view_func=drafts.bring_back, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/renew", view_func=drafts.renew, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/bundle.zip", view_func=drafts.bundle)
blueprint.add_url_rule("/drafts/<int:draft_id>/rehearsal", "rehearsal", rehearsals.of_draft)
blueprint.add_url_rule("/drafts/<int:draft_id>/rehearsal", "begin_rehearsal", rehearsals.begin_draft, methods=["POST"])
_OF_VERSION = "/<key>/versions/<int:version>/rehearsal"
blueprint.add_url_rule(_OF_VERSION, "version_rehearsal", rehearsals.of_version)
blueprint.add_url_rule(_OF_VERSION, "begin_version_rehearsal", rehearsals.begin_version, methods=["POST"])
blueprint.add_url_rule("/<key>/versions/<int:version>/migrate", view_func=migrations.move, methods=["POST"])
blueprint.add_url_rule("/<key>/migrations/<int:run_id>", view_func=migrations.migration)
blueprint.add_url_rule("/<key>/migrations/<int:run_id>/undo", view_func=migrations.undo_all, methods=["POST"])
blueprint.add_url_rule("/<key>/migrations/<int:run_id>/undo/<int:step>", view_func=migrations.undo, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/publish", view_func=publishing.show)
for verb, view in publishing.VERBS.items():
    blueprint.add_url_rule(f"/drafts/<int:draft_id>/{verb}", f"do_{verb}", view, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/edit/<path:path>", view_func=files.edit)
blueprint.add_url_rule("/drafts/<int:draft_id>/edit/<path:path>", "keep", files.keep, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/files/<path:path>", view_func=files.raw)
blueprint.add_url_rule("/drafts/<int:draft_id>/files/<path:path>", "save", files.save, methods=["PUT"])
blueprint.add_url_rule("/drafts/<int:draft_id>/check", view_func=studio.check, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/vocabulary", view_func=studio.words)
blueprint.add_url_rule("/drafts/<int:draft_id>/due", view_func=studio.due, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/decide", view_func=trying.decide, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/preview", view_func=trying.preview, methods=["POST"])
blueprint.add_url_rule("/drafts/<int:draft_id>/document", view_func=trying.document, methods=["POST"])
blueprint.add_url_rule("/<key>/difference", view_func=difference.versions)
blueprint.add_url_rule("/<key>/difference/<side>/<path:path>", "versions_file", difference.versions_file)
blueprint.add_url_rule("/drafts/<int:draft_id>/difference", "draft_difference", difference.draft)
blueprint.add_url_rule("/drafts/<int:draft_id>/difference/<side>/<path:path>", "draft_file", difference.draft_file)
