"""Which rule of a table would hold for values that somebody enters, by the table as it is being edited?"""

from collections.abc import Mapping
from typing import Any

from server.casework.check_bundle import ASKED
from server.casework.context import Context
from server.casework.drafting import draft_files, find_draft, names_in
from server.domain.json_gate import check_plain
from server.domain.rejection import Rejected
from server.domain.working_time import functions
from server.engine import DiagramRefused, Environment
from server.engine.trial_decision import TriedDecision, try_decision
from server.engine.unary_tests import INPUT
from server.i18n import N_, translate
from server.security.actor import Actor


def decide_draft(
    context: Context, actor: Actor, draft_id: int, path: str, content: bytes, decision: str,
    inputs: Mapping[str, Any], language: str,
) -> dict[str, Any]:  # fmt: skip
    """`{"reads", "inputs", "rules", "outputs", "fault"}` of the decision in the unsaved DMN text `content`.

    inputs: values of case fields by dotted path. reads: the paths the table looks at; rules: numbers of those that
    hold, from 1; fault: why there is no result, in `language`, or null; a table that cannot be read yet is one, too.
    Raises Rejected `not_found.draft`, `not_found.decision`, or `malformed.value` for an input that is no value.
    """
    actor.require("definition.read")
    case = _case(inputs)
    with context.read() as connection:
        files = draft_files(context, connection, find_draft(connection, draft_id))
    asked = ASKED.get(decision)
    environment = Environment(
        clock=context.clock,
        functions=functions(context.calendars.newest(context.settings.site), context.clock),
        known_names=names_in(files) | (asked.names if asked else frozenset()),
        timezone=context.settings.zone,
    )
    try:
        found = try_decision(content, path, decision, case, environment)
    except DiagramRefused as refused:
        # The engine's name for the column's value is written as a question mark.
        why = translate(refused.message, language, **refused.params).replace(INPUT, "?")
        return _told(TriedDecision((), fault=N_("The table cannot be tried yet: {why}"), params={"why": why}), language)
    if found is None:
        message = N_("{path} holds no decision {decision}.")
        raise Rejected("not_found.decision", message, path=path[:200], decision=decision[:200])
    return _told(found, language)


def _told(found: TriedDecision, language: str) -> dict[str, Any]:
    return {
        "reads": list(found.reads),
        "inputs": list(found.inputs),
        "rules": list(found.rules),
        "outputs": dict(found.outputs),
        "fault": None if found.fault is None else translate(found.fault, language, **found.params),
    }


def _case(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The case file that holds these values at their paths."""
    check_plain(dict(inputs))
    case: dict[str, Any] = {}
    for path, value in inputs.items():
        *groups, last = path.split(".")
        here: Any = case
        for name in groups:
            here = here.setdefault(name, {}) if isinstance(here, dict) else None
        if not isinstance(here, dict):
            raise Rejected("malformed.value", N_("{path} stands inside another value."), path=path[:200])
        here[last] = value
    return case
