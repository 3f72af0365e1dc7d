"""Random structured processes give the same case whether the state is dumped and loaded at every step or never."""

from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.engine import ProcessDefinition
from tests.bpmn_builder import (
    boundary,
    decision_table,
    document,
    end,
    exclusive,
    multi_instance,
    parallel,
    process,
    rule,
    service,
    start,
    sub_process,
    timer,
    user,
)
from tests.unit.engine.helpers import Driver, define

KINDS = ["user", "service", "guarded"]
BLOCKS = st.recursive(
    st.sampled_from(KINDS).map(lambda kind: (kind,)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: ("sequence", *parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ("choice", *parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ("parallel", *parts)),
        inner.map(lambda part: ("loop", part)),
        st.tuples(inner, st.booleans()).map(lambda pair: ("rows", *pair)),
    ),
    max_leaves=8,
)


class Drawing:
    """Turns blocks into elements and flows; every block has one way in and one way out."""

    def __init__(self) -> None:
        self.count = 0
        self.tables: list[bytes] = []

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def draw(self, block: tuple[Any, ...]) -> tuple[list[str], list[str], str, str]:
        """(elements, flows, first element, last element)."""
        kind, *parts = block
        drawn: tuple[list[str], list[str], str, str] = getattr(self, f"draw_{kind}")(*parts)
        return drawn

    def draw_user(self) -> tuple[list[str], list[str], str, str]:
        name = self.name("u")
        return [user(name)], [], name, name

    def draw_service(self) -> tuple[list[str], list[str], str, str]:
        name = self.name("s")
        return [service(name, "t@1", {"n": "n"}, result=f"results.{name}")], [], name, name

    def draw_guarded(self) -> tuple[list[str], list[str], str, str]:
        name, event, note, done = (self.name(prefix) for prefix in ("g", "b", "n", "e"))
        guard = boundary(event, name, timer("cycle", "R/PT1H"), interrupting=False)
        count = self.counter(f"fired.{event}")
        return [user(name), guard, rule(note, count), end(done)], [f"{event} > {note}", f"{note} > {done}"], name, name

    def draw_sequence(self, *parts: Any) -> tuple[list[str], list[str], str, str]:
        drawn = [self.draw(part) for part in parts]
        links = [f"{a[3]} > {b[2]}" for a, b in pairwise(drawn)]
        return [e for d in drawn for e in d[0]], [f for d in drawn for f in d[1]] + links, drawn[0][2], drawn[-1][3]

    def draw_choice(self, *parts: Any) -> tuple[list[str], list[str], str, str]:
        split, join = self.name("x"), self.name("x")
        drawn = [self.draw(part) for part in parts]
        flows = [f for d in drawn for f in d[1]] + [f"{d[3]} > {join}" for d in drawn]
        tests = [f" if n % {len(parts)} == {number}" for number in range(1, len(parts))]
        flows += [f"{split} > {d[2]}{test}" for d, test in zip(drawn, [" default", *tests], strict=True)]
        return [exclusive(split), exclusive(join), *(e for d in drawn for e in d[0])], flows, split, join

    def draw_parallel(self, *parts: Any) -> tuple[list[str], list[str], str, str]:
        name, first, last, split, join = (self.name(prefix) for prefix in ("sub", "st", "en", "p", "p"))
        drawn = [self.draw(part) for part in parts]
        flows = [f for d in drawn for f in d[1]]
        flows += [f"{split} > {d[2]}" for d in drawn] + [f"{d[3]} > {join}" for d in drawn]
        flows += [f"{first} > {split}", f"{join} > {last}"]
        elements = [start(first), end(last), parallel(split), parallel(join), *(e for d in drawn for e in d[0])]
        return [sub_process(name, *elements, flows=flows)], [], name, name

    def draw_loop(self, part: Any) -> tuple[list[str], list[str], str, str]:
        merge, test, count = self.name("x"), self.name("x"), self.name("r")
        path = f"rounds.{count}"
        elements, flows, first, last = self.draw(part)
        flows = [
            *flows,
            f"{merge} > {first}",
            f"{last} > {count}",
            f"{count} > {test}",
            f"{test} > {merge} if {path} % 3 > 0",
        ]
        after = self.name("x")
        flows.append(f"{test} > {after} default")
        parts = [exclusive(merge), exclusive(test), exclusive(after), rule(count, self.counter(path))]
        return [*elements, *parts], flows, merge, after

    def draw_rows(self, part: Any, sequential: bool) -> tuple[list[str], list[str], str, str]:
        name, first, last, item = (self.name(prefix) for prefix in ("sub", "st", "en", "item"))
        elements, flows, inner_first, inner_last = self.draw(part)
        job = self.name("s")
        flows = [*flows, f"{first} > {inner_first}", f"{inner_last} > {job}", f"{job} > {last}"]
        work = service(job, "t@1", {"n": f"{item}.id"}, result=f"{item}.{job}")
        loop = multi_instance("rows", item, sequential=sequential)
        return [sub_process(name, start(first), end(last), work, *elements, flows=flows, loop=loop)], [], name, name

    def counter(self, path: str) -> str:
        """A decision that counts up at a path."""
        name = self.name("d")
        self.tables.append(decision_table(name, [path], [path], [(["null"], ["1"]), (["not(null)"], [f"{path} + 1"])]))
        return name


def build(block: tuple[Any, ...]) -> ProcessDefinition:
    drawing = Drawing()
    elements, flows, first, last = drawing.draw(block)
    begin_end = [f"start > {first}", f"{last} > end"]
    return define(document(process("p", start(), end(), *elements, flows=[*flows, *begin_end])), *drawing.tables)


def play(definition: ProcessDefinition, choices: list[int], reload: bool) -> tuple[Any, ...]:
    case: dict[str, Any] = {"n": choices[0], "rows": [{"id": "r1"}, {"id": "r2"}]}
    driver = Driver(definition, case, known="results rounds fired", reload=reload)
    opened = []
    for step in range(400):
        waits = [wait for wait in driver.waits() if wait.kind in ("user_task", "job")]
        if not waits:
            break
        waits.sort(key=lambda wait: (wait.element_id, str([item.get("id") for item in wait.items.values()])))
        choice = choices[step % len(choices)]
        wait = waits[choice % len(waits)]
        opened.append((wait.element_id, sorted(each.element_id for each in waits)))
        case["n"] += choice
        if choice % 5 == 0:
            driver.pass_time(hours=choice % 3 + 1)
        if wait.kind == "job":
            driver.do("complete_job", wait.task_id, {"n": wait.parameters["n"], "step": step})
        else:
            driver.do("complete_user_task", wait.task_id)
        if choice % 7 == 3 and len(opened) < 60:
            back_somewhere(driver, opened)
    return driver.completed, driver.instance.end_event, opened, driver.case


def back_somewhere(driver: Driver, opened: list[Any]) -> None:
    """Send back from an open user task to a task done before, where that is possible."""
    from server.engine import ProcessFault

    for wait in driver.waits("user_task")[:1]:
        for element_id, _open in opened[-3:]:
            before = driver.blob
            try:
                driver.do("send_back", wait.task_id, element_id)
            except ProcessFault:
                driver.blob = before
                if not driver.reload:
                    driver.instance = type(driver.instance).load(driver.definition, before, driver.case, driver.env)
            else:
                return


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(block=BLOCKS, choices=st.lists(st.integers(0, 50), min_size=3, max_size=12))
def test_reloading_changes_nothing_and_every_process_ends(block: tuple[Any, ...], choices: list[int]) -> None:
    definition = build(block)
    kept = play(definition, choices, reload=False)
    assert kept == play(definition, choices, reload=True)
    assert kept[0] or len(kept[2]) == 400
