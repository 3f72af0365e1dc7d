"""A small case schema for the tests of tables and expressions: every type, choices, limits, rows."""

from typing import Any

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "grading": {
            "type": "object",
            "properties": {
                "cost": {"type": "number", "minimum": 0},
                "level": {"type": "integer", "minimum": 1, "maximum": 5},
                "safety": {"type": "boolean"},
                "reason": {"type": "string"},
            },
        },
        "approval": {
            "type": "object",
            "properties": {
                "decision": {"oneOf": [{"const": key, "title": key} for key in ("approved", "refused", "open")]},
                "opinion": {"type": "string"},
                "on": {"type": "string", "format": "date"},
                "at": {"type": "string", "format": "date-time"},
            },
        },
        "customer": {"type": "object", "properties": {"name": {"type": "string"}, "since": {"type": "integer"}}},
        "channel": {"type": "string", "enum": ["phone", "email", "web"]},
        "team": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "hours": {"type": "number"},
                    "duty": {"enum": ["lead", "help"]},
                },
            },
        },
        "photos": {"type": "array", "items": {"type": "string", "format": "attachment"}},
        "answer": {"type": "object"},
    },
}
NAMES = frozenset(SCHEMA["properties"]) | {"number"}
