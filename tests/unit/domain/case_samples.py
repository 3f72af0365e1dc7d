"""A small view with everything a form may hold, and random case files and patches for it."""

from typing import Any

from hypothesis import strategies as st

TEXT = {"type": "string", "maxLength": 40}

ACTION = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "what": {**TEXT, "title": "措施\nMeasure"},
        "done": {"type": "boolean"},
    },
}
MEMBER = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "name": {**TEXT, "title": "姓名\nName", "maxLength": 8},
        "duty": TEXT,
        "actions": {"type": "array", "title": "措施\nMeasures", "items": ACTION},
    },
}
VIEW: dict[str, Any] = {
    "type": "object",
    "properties": {
        "customer": {
            "type": "object",
            "title": "客户\nCustomer",
            "properties": {"name": {**TEXT, "title": "名称\nName"}, "email": TEXT},
        },
        "problem": {
            "type": "object",
            "properties": {
                "description": TEXT,
                "quantity": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
                "tags": {"type": "array", "items": TEXT},
            },
        },
        "team": {
            "type": "object",
            "properties": {"members": {"type": "array", "title": "成员\nMembers", "items": MEMBER}},
        },
        "number": {"type": "string", "title": "编号\nNumber", "readOnly": True},
    },
}

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


def _actions(ids: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.lists(
        st.fixed_dictionaries({"id": ids}, optional={"what": texts, "done": st.booleans()}),
        max_size=3,
        unique_by=lambda row: row["id"],
    )


def _members(ids: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    row = st.fixed_dictionaries({"id": ids}, optional={"name": texts, "duty": texts, "actions": _actions(ids)})
    return st.lists(row, max_size=4, unique_by=lambda row: row["id"])


row_ids = st.sampled_from(["r1", "r2", "r3", "r4", "r5"])

cases = st.fixed_dictionaries(
    {"number": st.just("HQ-2026-0001"), "hidden": st.dictionaries(texts, texts, max_size=2)},
    optional={
        "customer": st.fixed_dictionaries({}, optional={"name": texts, "email": texts, "secret": texts}),
        "problem": st.fixed_dictionaries(
            {}, optional={"description": texts, "quantity": st.integers(0, 9), "tags": st.lists(texts, max_size=3)}
        ),
        "team": st.fixed_dictionaries({}, optional={"members": _members(row_ids)}),
    },
)


def _clearable(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | value


def patches(case: dict[str, Any], new_rows: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Merge patches that fit `case`: rows sent have ids that stand there, or none at all."""
    standing = {row["id"]: row for row in case.get("team", {}).get("members", [])}
    known = [_row_patch(key, row) for key, row in standing.items()]
    fresh = [st.fixed_dictionaries({"name": texts})] if new_rows else []
    rows: st.SearchStrategy[Any] = st.just([])
    if known or fresh:
        rows = st.lists(st.one_of(*known, *fresh), max_size=4, unique_by=lambda row: row.get("id", id(row)))
    return st.fixed_dictionaries(
        {},
        optional={
            "customer": _clearable(
                st.fixed_dictionaries({}, optional={"name": _clearable(texts), "email": _clearable(texts)})
            ),
            "problem": _clearable(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "description": _clearable(texts),
                        "quantity": _clearable(st.integers(0, 9)),
                        "tags": _clearable(st.lists(texts, max_size=3)),
                    },
                )
            ),
            "team": st.fixed_dictionaries({}, optional={"members": _clearable(rows)}),
        },
    )


def _row_patch(key: str, row: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    inner = [one["id"] for one in row.get("actions", [])]
    actions: st.SearchStrategy[Any] = st.just([])
    if inner:
        one = st.fixed_dictionaries({"id": st.sampled_from(inner)}, optional={"what": _clearable(texts)})
        actions = st.lists(one, max_size=3, unique_by=lambda found: found["id"])
    optional = {"name": _clearable(texts), "duty": _clearable(texts), "actions": _clearable(actions)}
    return st.fixed_dictionaries({"id": st.just(key)}, optional=optional)
