"""What an aspect of a change is called in a sentence."""

from collections.abc import Mapping

from server.domain.texts import Sentence
from server.i18n import N_

ASPECTS: Mapping[str, str] = {
    "assignee": N_("person it is meant for"),
    "attached": N_("step it belongs to"),
    "attribute": N_("attribute {which}"),
    "backoff": N_("pause between attempts"),
    "called": N_("called process"),
    "choice": N_("choice"),
    "condition": N_("condition"),
    "content": N_("content"),
    "cost_rate": N_("cost rate"),
    "decision": N_("decision table"),
    "default": N_("way when no condition holds"),
    "definition": N_("definition"),
    "description": N_("explanation"),
    "documentation": N_("explanation"),
    "due": N_("due date"),
    "error": N_("error code"),
    "escalation": N_("escalation"),
    "event": N_("kind of event"),
    "executable": N_("being run"),
    "extension": N_("part {which} of another tool"),
    "flow": N_("way"),
    "form": N_("form"),
    "group": N_("group"),
    "hit_policy": N_("hit policy"),
    "aggregation": N_("aggregation"),
    "instructions": N_("instructions"),
    "interrupting": N_("ending of the step it belongs to"),
    "kind": N_("kind"),
    "lane": N_("lane"),
    "loop": N_("loop of rounds"),
    "message": N_("message"),
    "milestone": N_("milestone"),
    "name": N_("name"),
    "order": N_("order of the conditions"),
    "parameter": N_("parameter {which}"),
    "priority": N_("priority"),
    "prompts": N_("prompts for how to behave"),
    "property": N_("property {which}"),
    "repeated": N_("repetition"),
    "result": N_("place of the result"),
    "retries": N_("number of attempts"),
    "send_back": N_("steps it can be sent back to"),
    "signal": N_("signal"),
    "timer": N_("timer"),
    "timer_kind": N_("kind of timer"),
    "topic": N_("worker"),
    "waits_for": N_("what of the outside it waits for"),
}


def word(aspect: str) -> Sentence:
    """What is meant by an aspect such as `group`, `name.en` or `parameter.months`."""
    head, _, which = aspect.partition(".")
    found = ASPECTS.get(head)
    if found is None:
        return Sentence(aspect)
    if "{which}" in found:
        return Sentence(found, {"which": which})
    return Sentence(N_("{what} ({which})"), {"what": Sentence(found), "which": which}) if which else Sentence(found)
