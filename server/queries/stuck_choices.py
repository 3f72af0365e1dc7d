"""By what may the steps of an application be chosen: sites, levels, groups, people, customers?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.domain.texts import pick_line
from server.persistence.models import Group, StepRecord, UserAccount
from server.queries.stuck_filters import Filters, open_steps, sites_of
from server.security.actor import Actor

MOST_CUSTOMERS = 500


def stuck_choices(context: Context, actor: Actor, key: str, language: str) -> dict[str, Any]:
    """`{"sites", "groups", "people"}` as (value, title), `"customers"` with something open, `"columns"`: declared ones.

    `"level"` is the schema of the field behind the column `level`, which knows the titles of its values; None without.
    """
    actor.require("report.read")
    version = context.library.current(key)
    customers = (
        select(StepRecord.customer)
        .where(*open_steps(actor, key, Filters()), StepRecord.customer != "")
        .distinct()
        .order_by(StepRecord.customer)
        .limit(MOST_CUSTOMERS)
    )
    people = select(UserAccount.username, UserAccount.display_name).where(
        UserAccount.is_active.is_(True), UserAccount.site.in_(sorted(actor.sites))
    )
    with context.read() as connection:
        groups = {row.key: pick_line(row.title, language=language) for row in connection.execute(select(Group))}
        found = {
            "sites": sites_of(connection, actor),
            "people": [tuple(row) for row in connection.execute(people.order_by(UserAccount.display_name))],
            "customers": list(connection.execute(customers).scalars()),
        }
    own = {element.group for element in version.definition.elements.values() if element.group}
    return found | {
        "groups": sorted((group, groups.get(group, group)) for group in own),
        "columns": sorted(set(version.application.columns) & {"customer", "part_no", "level"}),
        "level": _field(version.forms.case_schema(language), version.application.columns.get("level")),
    }


def _field(schema: Any, column: Any) -> Any:
    """The schema of the case file's field that a column shows."""
    if column is None:
        return None
    for step in column.pointer.strip("/").split("/"):
        schema = (schema.get("properties") or {}).get(step) if isinstance(schema, dict) else None
    return schema
