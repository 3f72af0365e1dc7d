"""The task list, its search and the page of a task among 1,000, 10,000 and 100,000 open tasks: times, and plans.

The rows are made by dice and written in bulk: people of every group of the bundled process, three sites, 200 customers
of which few have many complaints, part and order numbers, texts in Chinese and English, four open tasks a complaint, as
many complaints that have ended. Everything a view has grows with the house; each figure is compared with the smallest
house of the same run. Exit status 1 when one takes more than twice as long, or a plan reads a growing table as a whole.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from benchmarks.bulk import instance, instance_id, write
from server.casework.context import Context
from server.clock import ManualClock
from server.domain.desk_search import EDITION, entry_of
from server.persistence.models import (
    Attachment,
    CaseComment,
    CaseFile,
    DeskEntry,
    DeskRun,
    ProcessInstance,
    Site,
    TaskRequest,
    UserTask,
)
from server.queries.paging import encode
from server.queries.sign_in import actor_named
from server.queries.task_detail import task_detail
from server.queries.task_filters import TaskFilter
from server.queries.task_list import task_page
from server.security.actor import Actor, StandIn
from server.start import prepare
from tests.house import build
from tests.plans import analyze, indexes, plan_of, scanned, sent_by

SIZES = (1_000, 10_000, 100_000)
A_CASE, ENDED_A_CASE = 4, 2
CUSTOMERS, A_PART, PEOPLE, SITES = 200, 10, 12, ("HQ", "SZ", "WX")
TIMES, PAGE = 20, 30
MOST, FLOOR_MS = 2.0, 1.0
"""How much longer it may take than in the smallest house; differences below the floor are the machine's."""
BEGIN, NOW = datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 1, 5, 2, tzinfo=UTC)
DEFECTS = ("飞边 Flash", "缩水 Sink marks", "开裂 Cracks", "色差 Colour", "尺寸超差 Out of size", "毛刺 Burr")
TEXTS = (
    "分型面一圈飞边，装配卡不进去",
    "Sink marks opposite the rib, visible after painting",
    "跌落后外壳开裂，共三件",
)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="Up to 10,000 open tasks only, for a quick look.")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", default="1", help="Repeats a run.")
    given = parser.parse_args(argv)
    # As the tests say it: the house of this run stands on that database.
    os.environ["TEST_DATABASE"] = given.database
    with tempfile.TemporaryDirectory() as folder:
        built = {
            size: _build(Path(folder) / str(size), size, random.Random(given.seed))
            for size in (SIZES[:2] if given.small else SIZES)
        }
        houses = _measure(built)
        for context in built.values():
            context.database.close()
    slow, scans = _report(houses)
    print(
        json.dumps(
            {
                "name": "task_list",
                "database": given.database,
                "seed": given.seed,
                "load": round(os.getloadavg()[0], 1),
                "questions": {
                    name: {str(size): house[name]["times"] for size, house in houses.items()}
                    for name in houses[SIZES[0]]
                },
                "slower_than_twice": slow,
                "whole_tables": scans,
            }
        )
    )
    worst = max(one["times"]["p95_ms"] for one in houses[max(houses)].values())
    print(
        f"With {max(houses):,} open tasks ({given.database}) 95 of 100 pages of the list, searches and task pages take "
        f"at most {worst} ms; {len(slow)} of {len(houses[SIZES[0]])} take more than twice as long as with 1,000, "
        f"{len(scans)} read a growing table as a whole."
    )
    sys.exit(1 if slow or scans else 0)


def _report(houses: dict[int, dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Prints a line for each question, and the indexes that its statements use in the largest house."""
    smallest, largest = min(houses), max(houses)
    slow, scans = [], []
    for name, small in houses[smallest].items():
        times = [f"{size:>7,}: {house[name]['times']['p50_ms']:6.1f} /{house[name]['times']['p95_ms']:6.1f} ms"
                 for size, house in houses.items()]  # fmt: skip
        large = houses[largest][name]
        ratio = large["times"]["p50_ms"] / small["times"]["p50_ms"]
        print(f"{name:34} p50/p95 {'  '.join(times)}  × {ratio:.2f}  {large['rows']} rows")
        print(f"{'':34} {', '.join(large['indexes'])}")
        if ratio > MOST and large["times"]["p50_ms"] - small["times"]["p50_ms"] > FLOOR_MS:
            slow.append(name)
        if large["scanned"]:
            scans.append(name)
            print(f"{'':34} READS AS A WHOLE: {', '.join(sorted(large['scanned']))}")
    return slow, scans


def _build(folder: Path, size: int, dice: random.Random) -> Context:
    folder.mkdir()
    context = build(folder)
    prepare(context, demo=True)
    began = time.perf_counter()
    Filling(context, size, dice).fill()
    analyze(context)
    print(f"{size:,} open tasks written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    clock = context.clock
    assert isinstance(clock, ManualClock)
    clock.advance(NOW - clock.now())
    return context


def _measure(built: dict[int, Context]) -> dict[int, dict[str, Any]]:
    """By size and question. All houses are asked in turn, so that what else the machine does meets each of them."""
    found: dict[int, dict[str, Any]] = {size: {} for size in built}
    asked = {size: questions(context, size) for size, context in built.items()}
    for name in asked[min(built)]:
        times: dict[int, list[float]] = {size: [] for size in built}
        for turn in range(TIMES + 1):
            for size in built:
                began = time.perf_counter()
                asked[size][name]()
                if turn:
                    times[size].append((time.perf_counter() - began) * 1e3)
        for size, context in built.items():
            plans = [plan_of(context, *each) for each in sent_by(context, asked[size][name])]
            found[size][name] = {
                "times": _percentiles(sorted(times[size])),
                "rows": asked[size][name](),
                "indexes": list(dict.fromkeys(index for plan in plans for index in indexes(context, plan))),
                "scanned": set().union(*(scanned(context, plan) for plan in plans)),
            }
    return found


def _percentiles(times: list[float]) -> dict[str, float]:
    return {"p50_ms": round(times[len(times) // 2], 2), "p95_ms": round(times[int(len(times) * 0.95)], 2)}


def questions(context: Context, size: int) -> dict[str, Callable[[], int]]:
    """By name what a page asks; each answers how many rows it shows."""
    people = {name: _person(context, name) for name in ("sales1", "quality1", "engineering1", "manager", "admin")}
    other = people["quality1"]
    absent = StandIn(other.user_id, other.username, other.display_name, other.groups)
    people["substitute"] = replace(people["sales1"], stands_in=(absent,))
    deep = {order: _middle(context, order, size) for order in ("due", "created")}

    def page(who: str, cursor: str | None = None, before: str | None = None, **asked: str) -> Callable[[], int]:
        wanted = TaskFilter.read(asked)
        return lambda: len(
            task_page(
                context, people[who], wanted, language="zh-CN", limit=PAGE, cursor=cursor, before=before
            )["items"]
        )  # fmt: skip

    found: dict[str, Callable[[], int]] = {}
    for who, view in (
        *(("quality1", "groups"), ("quality1", "mine"), ("substitute", "substitutes"), ("substitute", "groups")),
        *(("quality1", "all"), ("sales1", "all"), ("admin", "all")),
    ):
        found[f"{view}, {who}"] = page(who, view=view)
        found[f"{view}, {who}, deep"] = page(who, deep["due"], view=view)
    found["all, sales1, back from deep"] = page("sales1", before=deep["due"], view="all")
    found["groups, oldest first, deep"] = page("quality1", deep["created"], view="groups", order="created")
    found["all, oldest first"] = page("sales1", view="all", order="created")
    last = size // A_CASE
    for name, asked in {
        "number": {"q": _number(last // 2)},
        "end of a number": {"number": f"{last // 3:06d}"[1:]},
        "customer of many": {"customer": "customer 0 gmbh"},
        "customer of some": {"customer": "customer 1 gmbh"},
        "part": {"part": f"P-{last // 3 // A_PART:05d}"},
        "order": {"order_no": f"PO{last // 3:07d}"},
        "text, of many": {"q": "分型面"},
        "text, of few": {"q": f"l{last // 5:06d}"},
        "text, two characters": {"q": "毛刺"},
        "text, of none": {"q": "nothing like it"},
        "step": {"step": "record"},
        "step by its name": {"q": "记录"},
        "level": {"level": "5"},
        "customer, part and text": {"customer": "customer 1", "part": "P-00", "q": "flash"},
        "two letters": {"q": "of"},
    }.items():
        found[f"search: {name}"] = page("quality1", view="all", **asked)
    found["search, sales1: customer of many"] = page("sales1", view="all", customer="customer 0 gmbh")
    found["search in groups: customer, deep"] = page("quality1", deep["due"], view="groups", customer="Customer 1")
    with context.read() as connection:
        task = connection.execute(
            select(UserTask.id).where(UserTask.state == "open").limit(1).offset(size // 2)
        ).scalar()
    found["page of a task"] = lambda: len([task_detail(context, people["quality1"], str(task), "zh-CN")])
    return found


def _person(context: Context, username: str) -> Actor:
    found = actor_named(context, username)
    assert found is not None
    return replace(found, sites=frozenset(SITES))


def _middle(context: Context, order: str, size: int) -> str:
    """The cursor in the middle of all open tasks."""
    columns = (UserTask.due_at, UserTask.created_at, UserTask.id)[0 if order == "due" else 1 :]
    query = select(*columns).where(UserTask.state == "open").order_by(*columns)
    if order == "due":
        query = query.where(UserTask.due_at.is_not(None))
    with context.read() as connection:
        return encode(*connection.execute(query.limit(1).offset(size * 2 // 5)).one())


def _number(case: int) -> str:
    return f"HQ-2026-{case:06d}"


class Filling:
    """Rows by dice: the same ones for the same dice."""

    def __init__(self, context: Context, size: int, dice: random.Random):
        self.context, self.dice = context, dice
        self.open_cases, self.cases = size // A_CASE, size // A_CASE * 2
        definition = context.library.current("complaint").definition
        self.places = [each for each in definition.elements.values() if each.kind == "user_task" and each.group]

    def fill(self) -> None:
        with self.context.database.write("fill") as connection:
            rows = [{"key": key, "name": key, "timezone": "Asia/Shanghai"} for key in SITES[1:]]
            connection.execute(insert(Site), rows)
        cases = [self._case(number) for number in range(1, self.cases + 1)]
        write(self.context, CaseFile, cases)
        write(self.context, ProcessInstance, (self._instance(number) for number in range(1, self.cases + 1)))
        write(self.context, UserTask, self._tasks())
        write(self.context, CaseComment, self._comments())
        write(self.context, Attachment, self._files())
        write(self.context, TaskRequest, self._requests())
        self._index(cases[: self.open_cases])

    def _case(self, number: int) -> dict[str, Any]:
        """Of 200 customers the first has more than a tenth of all complaints, the others less and less."""
        dice = self.dice
        customer = f"Customer {int(dice.random() ** 2.5 * CUSTOMERS)} GmbH"
        defect = dice.choice(DEFECTS)
        columns = {
            "customer": customer,
            "title": defect,
            "description": f"{dice.choice(TEXTS)}，批次 L{number:06d}",
            "part_no": f"P-{number // A_PART:05d}-{dice.choice('ABC')}",
            "order_no": f"PO{number:07d}",
            "level": str(min(int(dice.expovariate(1)) + 1, 5)),
        }
        return {
            "id": number, "number": _number(number), "site": SITES[number % 3], "application": "complaint",
            "channel": "phone", "title": defect, "customer": customer, "columns": columns,
            "received_at": BEGIN, "created_at": BEGIN, "created_by": None, "data": {"number": _number(number)},
            "revision": 1, "field_revisions": {}, "wording_due": 0,
        }  # fmt: skip

    def _instance(self, number: int) -> dict[str, Any]:
        return instance(number, BEGIN, NOW if number > self.open_cases else None)

    def _tasks(self) -> Iterator[dict[str, Any]]:
        number = 0
        for case in range(1, self.cases + 1):
            is_open = case <= self.open_cases
            for place in range(ENDED_A_CASE + (A_CASE if is_open else 0)):
                number += 1
                yield self._task(number, case, is_open and place >= ENDED_A_CASE)

    def _task(self, number: int, case: int, is_open: bool) -> dict[str, Any]:
        dice = self.dice
        element = self.places[int(dice.random() ** 1.5 * len(self.places))]
        created = BEGIN + timedelta(minutes=dice.randrange(170_000))
        due = created + timedelta(hours=dice.randrange(1, 700)) if dice.random() < 0.85 else None
        person = dice.randrange(1, PEOPLE + 1)
        held = is_open and dice.random() < 0.3
        return {
            "id": f"{dice.getrandbits(128):032x}", "instance_id": instance_id(case), "case_id": case,
            "site": SITES[case % 3], "engine_task_id": f"w-{number}", "element_id": element.id,
            "process_id": element.process_id, "name": element.name, "form_key": None,
            "candidate_group": element.group, "assignee_id": person if dice.random() < 0.1 else None,
            "claimed_by": dice.randrange(1, PEOPLE + 1) if held else None, "claimed_at": created if held else None,
            "claimed_for": None, "milestone": None, "priority": 50, "created_at": created, "due_at": due,
            "due_sum": None, "escalation_level": 0,
            "escalated_to": dice.randrange(1, PEOPLE + 1) if dice.random() < 0.03 else None,
            "state": "open" if is_open else "completed", "draft": None, "draft_by": None,
            "ended_at": None if is_open else created, "ended_by": None if is_open else person,
            "delegated_by": None, "requests": 0, "urged_at": None,
        }  # fmt: skip

    def _comments(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.cases + 1, 2):
            for place in range(number % 5):
                yield {"id": f"c-{number}-{place}", "case_id": number, "task_id": None, "author_id": 1, "text": "OK",
                       "created_at": BEGIN}  # fmt: skip

    def _files(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.cases + 1, 3):
            for place in range(number % 4):
                yield {"id": f"f-{number}-{place}", "case_id": number, "sha256": "0", "name": "photo.jpg",
                       "media_type": "image/jpeg", "size": 1, "created_at": BEGIN, "created_by": None}  # fmt: skip

    def _requests(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.cases + 1, 5):
            yield {"id": f"r-{number}", "case_id": number, "task_id": None, "comment_id": None,
                   "kind": "question", "position": None, "asked_by": 1, "asked_of": number % PEOPLE + 1, "text": "?",
                   "answer": None, "state": "open", "digest": None, "created_at": BEGIN, "ended_at": None,
                   "ended_by": None}  # fmt: skip

    def _index(self, cases: list[dict[str, Any]]) -> None:
        """The entries as the sweep makes them, the runs in the order of their table."""
        entries, pairs = [], array("q")
        for case in cases:
            entry = entry_of(case["number"], case["title"], case["customer"], case["columns"])
            entries.append({"case_id": case["id"], "edition": EDITION, "runs": []} | vars(entry))
            pairs.extend(run << 31 | case["id"] for run in entry.runs())
        write(self.context, DeskEntry, entries)
        write(self.context, DeskRun, ({"run": each >> 31, "case_id": each & 0x7FFFFFFF} for each in sorted(pairs)))


if __name__ == "__main__":
    main()
