"""What can the check report? Every code with its severity and what it means."""

from typing import Any

from server.engine.check import codes
from server.i18n import N_, translate
from server.security.actor import Actor

_ROOMS = (
    (N_("Reading the file"), codes.GATE),
    (N_("Shape of the process"), codes.STRUCTURE),
    (N_("Elements"), codes.ELEMENTS),
    (N_("Events"), codes.EVENTS),
    (N_("Loops of one activity"), codes.LOOPS),
    (N_("Expressions"), codes.EXPRESSIONS),
    (N_("Times"), codes.TIMERS),
    (N_("What a diagram needs from others"), codes.REFERENCES),
    (N_("Extensions, and settings of other engines"), codes.EXTENSIONS),
    (N_("Decision tables"), codes.TABLES),
    (N_("The application"), codes.BUNDLE),
    (N_("Behaviour"), codes.BEHAVIOUR),
    (N_("Schema and engine"), codes.PARSER),
)


def finding_codes(actor: Actor, language: str) -> list[dict[str, Any]]:
    """`[{"title", "codes": [{"code", "severity", "title"}]}]`, room by room."""
    actor.require("definition.read")
    return [
        {
            "title": translate(title, language),
            "codes": [
                {"code": code, "severity": each.severity, "title": translate(each.title, language)}
                for code, each in room.items()
            ],
        }
        for title, room in _ROOMS
    ]
