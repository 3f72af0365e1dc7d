"""What a manager should look at now."""

from server.commands.choose_alerts import ChooseAlerts
from server.queries.alert_list import alert_list
from server.web.api.call import Call, Reply


def list_alerts(call: Call) -> Reply:
    chosen = {"state": call.query["state"], "kind": call.query.get("kind")}
    return 200, alert_list(call.context, call.actor, language=call.language, **chosen, **call.page)


def choose_alerts(call: Call) -> Reply:
    kinds = tuple(call.body["kinds"])
    return call.execute(ChooseAlerts(actor=call.actor, command_id=call.command_id, kinds=kinds))
