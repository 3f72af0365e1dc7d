"""Rows of a recorded test keep the ids the test calls them by, whoever made them."""

from collections.abc import Mapping
from typing import Any

from server.domain.form_schema import Schema, is_rows

MADE = "made-"
"""How ids begin of rows that a table or a worker made, here and in a test."""


class Rows:
    """Which ids rows get while a test is played: those of the test for what people added, `made-1`, … for others."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._made = 0
        self._unnamed = 0

    def new_id(self) -> str:
        """The id of the next new row."""
        if self._waiting:
            return self._waiting.pop(0)
        self._made += 1
        return f"{MADE}{self._made}"

    def fit(self, view: Schema, patch: Mapping[str, Any], standing: Any) -> dict[str, Any]:
        """`patch` as it is to be sent: rows that stand keep their id, new ones get none, but will have the test's.

        In another version a table may make rows in another order: a made row that is not there means the next one.
        """
        self._waiting = []
        found: dict[str, Any] = self._fit(view, patch, standing)
        return found

    def _fit(self, view: Schema, sent: Any, standing: Any) -> Any:
        if isinstance(sent, list) and is_rows(view) and all(isinstance(row, dict) for row in sent):
            return self._fit_rows(view, sent, standing if isinstance(standing, list) else [])
        properties = view.get("properties")
        if not isinstance(sent, dict) or not isinstance(properties, dict):
            return sent
        here = standing if isinstance(standing, dict) else {}
        return {name: self._fit(properties.get(name, {}), value, here.get(name)) for name, value in sent.items()}

    def _fit_rows(self, view: Schema, sent: list[dict[str, Any]], standing: list[Any]) -> list[dict[str, Any]]:
        there = {row["id"]: row for row in standing if isinstance(row, dict) and isinstance(row.get("id"), str)}
        named = {row.get("id") for row in sent if isinstance(row.get("id"), str)}
        free = [key for key in there if key.startswith(MADE) and key not in named]
        rows = []
        for row in sent:
            key, rest = row.get("id"), {name: value for name, value in row.items() if name != "id"}
            if key is not None and not isinstance(key, str):
                rows.append(row)
                continue
            if key is not None and key.startswith(MADE) and key not in there and free:
                key = free.pop(0)
            if key in there:
                rows.append({"id": key, **self._fit(view["items"], rest, there[key])})
                continue
            self._waiting.append(key or self._name())
            rows.append(self._fit(view["items"], rest, None))
        return rows

    def _name(self) -> str:
        self._unnamed += 1
        return f"new-{self._unnamed}"
