"""The register, the page of one complaint, filing, and the repair desk."""

from flask import Blueprint

from server.web.manage import (
    alerts,
    amend,
    analysis,
    clock,
    comments,
    complaint,
    exports,
    filing,
    incidents,
    instances,
    life,
    past,
    recording,
    register,
    repairs,
    reports,
    similar,
    stuck,
)

blueprint = Blueprint("manage", __name__)
blueprint.add_url_rule("/complaints", view_func=register.complaints)
blueprint.add_url_rule("/complaints.csv", view_func=exports.register_csv)
blueprint.add_url_rule("/complaints.xlsx", view_func=exports.register_xlsx)
blueprint.add_url_rule("/exports", view_func=exports.exports)
blueprint.add_url_rule("/exports/<key>/log.xes", view_func=exports.event_log_xes)
blueprint.add_url_rule("/exports/<key>/kesu.xesext", view_func=exports.own_extension)
blueprint.add_url_rule("/complaints/new", view_func=filing.new, methods=["GET"])
blueprint.add_url_rule("/complaints/new", view_func=filing.file, methods=["POST"])
blueprint.add_url_rule("/complaints/<number>", view_func=complaint.complaint)
blueprint.add_url_rule("/complaints/<number>/at", "past", past.past)
blueprint.add_url_rule("/complaints/<number>/comment", "comment", comments.comment, methods=["POST"])
blueprint.add_url_rule("/complaints/<number>/people", "people", comments.people)
blueprint.add_url_rule("/complaints/<number>/similar", "similar", similar.similar)
blueprint.add_url_rule("/complaints/<number>/amend", "amend", amend.choose)
blueprint.add_url_rule("/complaints/<number>/amend/<part>", "show_amend", amend.show, methods=["GET"])
blueprint.add_url_rule("/complaints/<number>/amend/<part>", "submit_amend", amend.submit, methods=["POST"])
blueprint.add_url_rule("/complaints/<number>/recorded-test", "recorded_test", recording.download, methods=["GET"])
blueprint.add_url_rule("/complaints/<number>/recorded-test", "record_test", recording.into_draft, methods=["POST"])
blueprint.add_url_rule("/instances/<instance_id>/diagram.bpmn", view_func=instances.diagram_xml)
for verb, view in (instances.VERBS | life.VERBS | clock.VERBS).items():
    blueprint.add_url_rule(f"/complaints/<number>/{verb}", verb, view, methods=["POST"])
blueprint.add_url_rule("/stuck", view_func=stuck.stuck)
blueprint.add_url_rule("/stuck/step", view_func=stuck.stuck_step)
blueprint.add_url_rule("/stuck/diagram.bpmn", view_func=stuck.stuck_diagram)
blueprint.add_url_rule("/analysis", view_func=analysis.analysis)
blueprint.add_url_rule("/analysis/<question>", "analysis_question", analysis.question)
blueprint.add_url_rule("/analysis/<question>/<table>.<kind>", "analysis_file", analysis.file)
blueprint.add_url_rule("/incidents", view_func=incidents.incidents)
blueprint.add_url_rule("/incidents/groups/<group>", view_func=incidents.incident_page)
blueprint.add_url_rule("/incidents/<int:incident_id>/retry", view_func=incidents.retry, methods=["POST"])
blueprint.add_url_rule("/repairs/preview", view_func=repairs.repair_preview_page, methods=["POST"])
blueprint.add_url_rule("/repairs", view_func=repairs.repair_start, methods=["POST"])
blueprint.add_url_rule("/repairs/<int:run_id>", view_func=repairs.repair_run_page)
blueprint.add_url_rule("/reports", view_func=reports.reports)
blueprint.add_url_rule("/reports/orders", view_func=reports.order, methods=["POST"])
blueprint.add_url_rule("/reports/orders/<int:order_id>/end", view_func=reports.end_order, methods=["POST"])
blueprint.add_url_rule("/reports/<report>", view_func=reports.report_kind)
blueprint.add_url_rule("/reports/<report>/<period>", view_func=reports.report_page)
blueprint.add_url_rule("/reports/<report>/<period>.<kind>", "report_file", reports.report_download)
blueprint.add_url_rule("/alerts", view_func=alerts.alerts, methods=["GET"])
blueprint.add_url_rule("/alerts", view_func=alerts.choose_alerts, methods=["POST"])
