"""The site: its working time and its groups."""

from server.commands.set_calendar import SetCalendar
from server.commands.set_group import SetGroup
from server.queries.site import group_list, site_calendar
from server.web.api.call import Call, Reply


def get_calendar(call: Call) -> Reply:
    return 200, site_calendar(call.context, call.actor)


def set_calendar(call: Call) -> Reply:
    return call.execute(
        SetCalendar(
            actor=call.actor,
            command_id=call.command_id,
            week=call.body["week"],
            country=call.body.get("country"),
            days_on=call.body.get("days_on", []),
            days_off=call.body.get("days_off", []),
        )
    )


def list_groups(call: Call) -> Reply:
    return 200, group_list(call.context, call.actor)


def set_group(call: Call) -> Reply:
    return call.execute(
        SetGroup(
            actor=call.actor,
            command_id=call.command_id,
            key=call.path["key"],
            title=call.body["title"],
            lead=call.body.get("lead"),
            parent=call.body.get("parent"),
        )
    )
