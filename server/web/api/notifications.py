"""Which mails come to oneself, and how much waits."""

from dataclasses import asdict

from server.commands.choose_notices import ChooseNotices
from server.queries.badge import badge
from server.queries.notices import notice_wishes
from server.web.api.call import Call, Reply


def list_notifications(call: Call) -> Reply:
    return 200, {"items": notice_wishes(call.context, call.actor, call.language)["items"], "next": None}


def choose_notifications(call: Call) -> Reply:
    chosen = call.body["kinds"]
    kinds = None if chosen is None else tuple(chosen)
    return call.execute(ChooseNotices(actor=call.actor, command_id=call.command_id, kinds=kinds))


def count_notifications(call: Call) -> Reply:
    return 200, asdict(badge(call.context, call.actor))
