"""By what may the task list be narrowed: which steps, levels and columns are there?"""

from typing import Any

from server.casework.column_values import shown_columns
from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.domain.desk_search import LEVEL, ORDER, PART
from server.domain.texts import pick_line


def task_choices(context: Context, language: str) -> dict[str, Any]:
    """`{"steps", "levels"}` as (value, title), `"columns"`: title by key of those of PART, ORDER and LEVEL that any
    application declares. Of the current versions; `levels` is empty where levels are no codes.
    """
    steps: dict[str, str] = {}
    levels: dict[str, str] = {}
    columns: dict[str, str] = {}
    for key in sorted(context.library.keys()):
        of_steps, of_levels, of_columns = _choices_of(context.library.current(key), language)
        steps, levels, columns = of_steps | steps, of_levels | levels, of_columns | columns
    return {
        "steps": sorted(steps.items(), key=lambda step: step[1]),
        "levels": list(levels.items()),
        "columns": columns,
    }


def _choices_of(version: PublishedVersion, language: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Steps, levels and columns of one version."""
    elements = version.definition.elements.values()
    steps = {
        each.id: pick_line(each.name, language=language) or each.id for each in elements if each.kind == "user_task"
    }
    shown = {column.key: column for column in shown_columns(version, language)}
    levels = {str(value): title for value, title in shown[LEVEL].labels.items()} if LEVEL in shown else {}
    return steps, levels, {key: shown[key].title for key in (PART, ORDER, LEVEL) if key in shown}
