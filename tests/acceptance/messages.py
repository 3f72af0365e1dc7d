"""Messages from outside that the bundled application waits for, by the element of the user task they end."""

from collections.abc import Mapping
from typing import Any

from tests.acceptance.driver import Message


def eight_d_answered(task: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": "eight_d.answered",
        "correlation": {"number": task["case_number"]},
        "payload": {"result": "accepted", "text": "<b>fine</b> 🙂"},
    }


MESSAGES: Mapping[str, Message] = {"customer_answer": eight_d_answered}
