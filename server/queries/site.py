"""What is the working time of the site, and who stands above whom?"""

from typing import Any

from sqlalchemy import func, select

from server.casework.context import Context
from server.persistence.models import Group, Membership, UserAccount
from server.security.actor import Actor


def site_calendar(context: Context, actor: Actor) -> dict[str, Any]:
    """As SetCalendar takes it, with `site` and `timezone`; raises Rejected without the permission case.read."""
    actor.require("case.read")
    calendar = context.calendars.newest(context.settings.site)
    return {
        "site": context.settings.site,
        "timezone": calendar.zone.key,
        "country": calendar.country,
        "week": [[[f"{opens:%H:%M}", _closing(f"{closes:%H:%M}")] for opens, closes in day] for day in calendar.week],
        "days_on": sorted(day.isoformat() for day in calendar.days_on),
        "days_off": sorted(day.isoformat() for day in calendar.days_off),
    }


def group_list(context: Context, actor: Actor) -> dict[str, Any]:
    """`{"items": […]}` of all groups with lead, parent and how many belong to them; raises Rejected."""
    actor.require("case.read")
    members = (
        select(Membership.group_key, func.count().label("members")).group_by(Membership.group_key).subquery("counted")
    )
    query = (
        select(
            Group.key,
            Group.title,
            Group.parent,
            UserAccount.username,
            func.coalesce(members.c.members, 0).label("members"),
        )
        .outerjoin(UserAccount, UserAccount.id == Group.lead_id)
        .outerjoin(members, members.c.group_key == Group.key)
        .order_by(Group.key)
    )
    with context.read() as connection:
        rows = connection.execute(query).all()
    return {
        "items": [
            {
                "key": row.key,
                "title": row.title,
                "lead": row.username,
                "parent": row.parent,
                "members": row.members,
            }
            for row in rows
        ],
        "next": None,
    }


def _closing(text: str) -> str:
    return "24:00" if text == "00:00" else text
