"""The register, the page of one complaint, filing, and the repair desk."""

from flask import Blueprint

from server.web.manage import (
    amend,
    analysis,
    clock,
    complaint,
    filing,
    incidents,
    instances,
    life,
    past,
    recording,
    register,
    similar,
)

blueprint = Blueprint("manage", __name__)
blueprint.add_url_rule("/complaints", view_func=register.complaints)
blueprint.add_url_rule("/complaints/new", view_func=filing.new, methods=["GET"])
blueprint.add_url_rule("/complaints/new", view_func=filing.file, methods=["POST"])
blueprint.add_url_rule("/complaints/<number>", view_func=complaint.complaint)
blueprint.add_url_rule("/complaints/<number>/at", "past", past.past)
blueprint.add_url_rule("/complaints/<number>/similar", "similar", similar.similar)
blueprint.add_url_rule("/complaints/<number>/amend", "amend", amend.choose)
blueprint.add_url_rule("/complaints/<number>/amend/<part>", "show_amend", amend.show, methods=["GET"])
blueprint.add_url_rule("/complaints/<number>/amend/<part>", "submit_amend", amend.submit, methods=["POST"])
blueprint.add_url_rule("/complaints/<number>/recorded-test", "recorded_test", recording.download, methods=["GET"])
blueprint.add_url_rule("/complaints/<number>/recorded-test", "record_test", recording.into_draft, methods=["POST"])
blueprint.add_url_rule("/instances/<instance_id>/diagram.bpmn", view_func=instances.diagram_xml)
for verb, view in (instances.VERBS | life.VERBS | clock.VERBS).items():
    blueprint.add_url_rule(f"/complaints/<number>/{verb}", verb, view, methods=["POST"])
blueprint.add_url_rule("/analysis", view_func=analysis.analysis)
blueprint.add_url_rule("/analysis/<question>", "analysis_question", analysis.question)
blueprint.add_url_rule("/analysis/<question>/<table>.<kind>", "analysis_file", analysis.file)
blueprint.add_url_rule("/incidents", view_func=incidents.incidents)
blueprint.add_url_rule("/incidents/<int:incident_id>/retry", view_func=incidents.retry, methods=["POST"])
