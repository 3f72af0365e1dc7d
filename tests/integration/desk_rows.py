"""A house full of tasks made by dice, and a plain reckoning of what each list of them has to show."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from server.casework.context import Context
from server.casework.desk_entries import follow_entries
from server.domain.desk_search import fold
from server.persistence.models import CaseFile, ProcessInstance, Site, TaskRequest, UserTask
from server.security.actor import Actor
from tests.house import START

SITES = ("HQ", "SZ")
GROUPS = ("sales", "quality", "production", None)
CUSTOMERS = ("ACME", "ＡＣＭＥ 中国", "50% Rabatt_GmbH", 'O\'Brien "&" Söhne', "华为", "🙂 Smile")
TITLES = ("飞边", "Sink marks", "开裂 crack", "a\\b", "%", "x_y")
STEPS = ("receive", "record", "meeting")
PEOPLE = 6
SWEPT = 0.6


@dataclass(frozen=True)
class Rows:
    """What was written: tasks with their case's row beside them, and who was asked something where."""

    tasks: list[tuple[dict[str, Any], dict[str, Any]]]
    asked: dict[int, set[int]]


def fill(house: Context, dice: random.Random, cases: int = 120) -> Rows:
    """Half of what the sweep has come to, half not; many moments are the same, some tasks have no limit."""
    with house.database.write("rows") as connection:
        connection.execute(insert(Site), [{"key": "SZ", "name": "SZ", "timezone": "Asia/Shanghai"}])
        files = [_case(dice, number) for number in range(1, cases + 1)]
        connection.execute(insert(CaseFile), files)
        connection.execute(insert(ProcessInstance), [_instance(each) for each in files])
        tasks = [_task(dice, case) for case in files for _ in range(dice.randrange(1, 5))]
        connection.execute(insert(UserTask), tasks)
        asked = [(case["id"], dice.randrange(1, PEOPLE + 1)) for case in files if dice.random() < 0.2]
        connection.execute(insert(TaskRequest), [_request(place, *one) for place, one in enumerate(asked)])
        follow_entries(connection, [each["id"] for each in files if not each["wording_due"]])
    by_id = {each["id"]: each for each in files}
    people: dict[int, set[int]] = {}
    for case, person in asked:
        people.setdefault(case, set()).add(person)
    return Rows([(task, by_id[task["case_id"]]) for task in tasks], people)


def _case(dice: random.Random, number: int) -> dict[str, Any]:
    customer, title = dice.choice(CUSTOMERS), dice.choice(TITLES)
    columns = {
        "customer": customer,
        "title": title,
        "description": dice.choice(("", "批次 L-７ 装配卡不进去", "painted, no. 100%")),
        "part_no": dice.choice((None, f"P-{number % 7}", "Ｐ-3")),
        "order_no": dice.choice((None, f"PO{number:04d}")),
        "level": dice.choice((None, "1", "2", "重大 A")),
    }
    return {
        "id": number, "number": f"HQ-2026-{number:04d}", "site": dice.choice(SITES), "application": "complaint",
        "channel": "phone", "title": title, "customer": customer, "columns": columns, "received_at": START,
        "created_at": START, "created_by": dice.choice((None, None, None, dice.randrange(1, PEOPLE + 1))), "data": {},
        "revision": 1, "field_revisions": {}, "wording_due": int(dice.random() > SWEPT),
    }  # fmt: skip


def _instance(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"i{case['id']}", "case_id": case["id"], "version_id": 1, "state": "active", "version": 1,
        "engine_state": b"", "waits": [], "started_at": START,
    }  # fmt: skip


def _task(dice: random.Random, case: dict[str, Any]) -> dict[str, Any]:
    def somebody(often: float) -> int | None:
        return dice.randrange(1, PEOPLE + 1) if dice.random() < often else None

    held = somebody(0.3)
    state = dice.choice(("open", "open", "open", "completed", "cancelled"))
    return {
        "id": f"{dice.getrandbits(64):016x}", "instance_id": f"i{case['id']}", "case_id": case["id"],
        "site": case["site"], "engine_task_id": f"{dice.getrandbits(64):016x}", "element_id": dice.choice(STEPS),
        "process_id": "complaint", "name": "x", "candidate_group": dice.choice(GROUPS), "assignee_id": somebody(0.2),
        "claimed_by": held, "claimed_at": START if held else None, "claimed_for": somebody(0.3) if held else None,
        "priority": 50, "created_at": START + timedelta(hours=dice.randrange(6)),
        "due_at": dice.choice((None, START + timedelta(hours=dice.randrange(-5, 12)))), "state": state,
        "escalation_level": 0, "escalated_to": somebody(0.1), "delegated_by": somebody(0.1), "requests": 0,
        "ended_at": None if state == "open" else START, "ended_by": None if state == "open" else somebody(0.7),
    }  # fmt: skip


def _request(place: int, case: int, person: int) -> dict[str, Any]:
    return {
        "id": f"r{place}", "case_id": case, "kind": "question", "asked_by": 1, "asked_of": person, "text": "?",
        "state": "open", "created_at": START,
    }  # fmt: skip


def reckoned(rows: Rows, actor: Actor, asked: dict[str, str], people: dict[str, int]) -> list[str]:
    """Ids of the tasks in the order of the list, by looking at every row; `people` are ids by user name."""
    found = [
        task
        for task, case in rows.tasks
        if task["state"] == asked.get("state", "open")
        and case["site"] in actor.sites
        and _sees(rows, actor, case)
        and _belongs(actor, asked.get("view", "all"), task)
        and _fits(task, case, asked, people)
    ]
    key = _by_age if asked.get("order") == "created" else _by_due
    return [task["id"] for task in sorted(found, key=key)]


def _by_due(task: dict[str, Any]) -> tuple[bool, datetime, datetime, str]:
    return task["due_at"] is None, task["due_at"] or START, task["created_at"], task["id"]


def _by_age(task: dict[str, Any]) -> tuple[datetime, str]:
    return task["created_at"], task["id"]


def _sees(rows: Rows, actor: Actor, case: dict[str, Any]) -> bool:
    if actor.may("case.read_all") or case["created_by"] == actor.user_id:
        return True
    if actor.user_id in rows.asked.get(case["id"], ()):
        return True
    parts = ("assignee_id", "claimed_by", "escalated_to", "ended_by", "delegated_by")
    return any(
        each["candidate_group"] in actor.reach or any(each[part] in actor.selves for part in parts)
        for each, of_case in rows.tasks
        if of_case["id"] == case["id"]
    )


def _belongs(actor: Actor, view: str, task: dict[str, Any]) -> bool:
    if view == "all" or (view == "groups" and actor.may("task.complete_any")):
        return True
    groups, people = {
        "groups": (set(actor.reach), set(actor.selves)),
        "mine": (set(), {actor.user_id}),
        "substitutes": (set(actor.reach - actor.groups), set(actor.selves[1:])),
    }[view]
    held = task["claimed_by"] if task["claimed_for"] is None else None
    own = {task["assignee_id"], task["escalated_to"], task["delegated_by"], task["claimed_for"], held}
    return task["candidate_group"] in groups or bool(own & people)


def _fits(task: dict[str, Any], case: dict[str, Any], asked: dict[str, str], people: dict[str, int]) -> bool:
    columns = case["columns"]
    # Full-width letters are made alike for open tasks only.
    alike = fold if asked.get("state", "open") == "open" else str.lower
    fields = {
        "number": case["number"],
        "customer": case["customer"],
        "part": columns["part_no"] or "",
        "order_no": columns["order_no"] or "",
    }
    if any(alike(asked[name]) not in alike(text) for name, text in fields.items() if name in asked):
        return False
    exact = {"group": task["candidate_group"], "step": task["element_id"], "level": columns["level"]}
    exact["case"] = case["number"]
    if any(asked[name] != value for name, value in exact.items() if name in asked):
        return False
    if "assignee" in asked and people.get(asked["assignee"], -1) not in (task["assignee_id"], task["claimed_by"]):
        return False
    words = [alike(each) for each in (*fields.values(), case["title"], columns["description"])]
    return all(any(term in text for text in words) for term in alike(asked.get("q", "")).split())


def ids_of(items: Iterable[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def people_of(house: Context) -> dict[str, int]:
    from server.persistence.models import UserAccount

    with house.read() as connection:
        return {row.username: row.id for row in connection.execute(select(UserAccount.username, UserAccount.id))}
