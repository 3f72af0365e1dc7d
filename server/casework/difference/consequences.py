"""All consequences of a difference for the open complaints, those that touch most first."""

from server.casework.difference.consequence import Consequence
from server.casework.difference.deadline_rules import of_deadlines
from server.casework.difference.decisions import of_decisions, of_ways
from server.casework.difference.filled import of_application, of_fields, of_forms
from server.casework.difference.ground import Ground
from server.casework.difference.steps import of_steps

_KINDS = (of_steps, of_deadlines, of_decisions, of_ways, of_forms, of_fields, of_application)


def consequences(ground: Ground) -> list[Consequence]:
    """Computed on what is known of each case, without its engine: nothing is loaded, moved or written."""
    found = [each for kind in _KINDS for each in kind(ground) if each.sentences]
    return sorted(found, key=lambda each: -len(each.cases))
