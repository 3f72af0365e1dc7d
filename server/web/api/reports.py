"""Reports of a week, a month or a year, and to whom they are sent."""

from server.commands.end_report_order import EndReportOrder
from server.commands.order_report import OrderReport
from server.queries.report import report
from server.queries.report_orders import report_orders
from server.web.api.call import Call, Reply


def read_report(call: Call) -> Reply:
    args = {name: value for name, value in call.query.items() if isinstance(value, str)}
    made = report(call.context, call.actor, call.language, call.path["kind"], args.get("period"), args)
    return 200, {
        "kind": made.period.kind,
        "period": made.period.name,
        "from": made.period.first.isoformat(),
        "to": made.period.last.isoformat(),
        "over": made.over,
        "title": made.title,
        "application": made.key,
        "sites": made.sites,
        "tables": [table.to_json() for table in made.tables],
        "missing": list(made.missing),
    }


def list_report_orders(call: Call) -> Reply:
    return 200, {"items": report_orders(call.context, call.actor), "next": None}


def order_report(call: Call) -> Reply:
    body = call.body
    return call.execute(
        OrderReport(
            actor=call.actor,
            command_id=call.command_id,
            kind=body["kind"],
            application=body.get("application", "complaint"),
            recipient=body["recipient"],
        )
    )


def end_report_order(call: Call) -> Reply:
    return call.execute(EndReportOrder(actor=call.actor, command_id=call.command_id, order_id=call.path["order_id"]))
