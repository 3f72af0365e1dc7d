"""Which people, customers, parts or complaints of the house fit what somebody types into a field?"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from server.casework.context import Context
from server.domain.form_widgets import PICKERS
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFact, CaseFile, UserAccount
from server.security.actor import Actor
from server.security.visibility import visible_to

SHOWN = 20
NEWEST = 300
"""So many complaints are looked at where nothing was typed."""
LONGEST = 80
"""Characters of the question that count."""


def known_values(context: Context, actor: Actor, kind: str, text: str, limit: int = SHOWN) -> list[dict[str, str]]:
    """At most `limit` of `{"value", "label"}`; `value` goes into the field, `label` says more about it.

    People are those of the actor's sites, by name and user name; the others come from complaints he may see. What
    begins with `text` comes first, case does not matter; without a text the newest complaints tell what is offered.
    Raises Rejected `not_found.picker` for another kind.
    """
    actor.require("case.read")
    if kind not in PICKERS:
        raise Rejected("not_found.picker", N_("There is no list of that kind to choose from."))
    wanted = " ".join(text.split())[:LONGEST]
    with context.read() as connection:
        if kind == "person":
            return _people(connection, actor, wanted, limit)
        if kind == "complaint":
            return _complaints(connection, actor, wanted, limit)
        return _recorded(connection, actor, kind, wanted, limit)


def _people(connection: Connection, actor: Actor, text: str, limit: int) -> list[dict[str, str]]:
    name, user = UserAccount.display_name, UserAccount.username
    query = (
        select(name, user)
        .where(UserAccount.is_active.is_(True), UserAccount.site.in_(sorted(actor.sites)), _holds(text, name, user))
        .order_by(_late(text, name, user), user)
        .limit(limit)
    )
    return [{"value": row[0], "label": row[1]} for row in connection.execute(query)]


def _recorded(connection: Connection, actor: Actor, kind: str, text: str, limit: int) -> list[dict[str, str]]:
    """Customers, or parts with the name of the product, as complaints had them; the most frequent first."""
    facts = CaseFact
    value = facts.customer if kind == "customer" else facts.part_no
    searched = (facts.part_no, facts.product) if kind == "part" else (facts.customer,)
    rows = (
        select(value.label("value"), facts.product.label("more"))
        .select_from(facts)
        .join(CaseFile, CaseFile.id == facts.case_id)
        .where(value.is_not(None), value != "", _holds(text, *searched), visible_to(actor))
    )
    # Without a question the whole register would be counted to show its beginning.
    found = (rows if text else rows.order_by(CaseFile.received_at.desc()).limit(NEWEST)).subquery()
    query = (
        select(found.c.value, func.max(found.c.more))
        .group_by(found.c.value)
        .order_by(func.min(_late(text, found.c.value)), func.count().desc(), found.c.value)
        .limit(limit)
    )
    return [{"value": row[0], "label": (row[1] or "") if kind == "part" else ""} for row in connection.execute(query)]


def _complaints(connection: Connection, actor: Actor, text: str, limit: int) -> list[dict[str, str]]:
    number, title, customer = CaseFile.number, CaseFile.title, CaseFile.customer
    query = (
        select(number, customer, title)
        .where(_holds(text, number, title, customer), visible_to(actor))
        .order_by(_late(text, number), CaseFile.received_at.desc(), number.desc())
        .limit(limit)
    )
    return [
        {"value": row.number, "label": " · ".join(filter(None, (row.customer, row.title)))}
        for row in connection.execute(query)
    ]


def _holds(text: str, *columns: Any) -> ColumnElement[bool]:
    """Every word of the text stands in one of the columns."""
    words = [or_(*(func.lower(column).contains(word, autoescape=True) for column in columns)) for word in _words(text)]
    condition: ColumnElement[bool] = words[0] if words else columns[0].is_not(None)
    for word in words[1:]:
        condition &= word
    return condition


def _late(text: str, *columns: Any) -> ColumnElement[int]:
    """0 for what begins with the text, else 1."""
    begins = [func.lower(column).startswith(text.lower(), autoescape=True) for column in columns]
    return case((or_(*begins), 0), else_=1)


def _words(text: str) -> list[str]:
    return text.lower().split()[:6]
