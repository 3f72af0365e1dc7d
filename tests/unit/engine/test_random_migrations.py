"""Random processes at random places moved to a changed version: refused, or they load again and run to their end."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.engine import MigrationRefused, ProcessDefinition
from server.engine.workflow import walk_tasks
from tests.bpmn_builder import document, end, process, start
from tests.unit.engine.helpers import Driver, define
from tests.unit.engine.test_random_processes import BLOCKS, KINDS, Drawing, back_somewhere

COMPLETED = 64
Numbered = tuple[Any, ...]  # (kind, number, *parts): the number names the block's elements in every version


class NamedDrawing(Drawing):
    """Names elements after the number of their block, so that what was not changed keeps its ids."""

    def __init__(self) -> None:
        super().__init__()
        self.number, self.given = 0, 0

    def name(self, prefix: str) -> str:
        self.given += 1
        prefix = "t" if prefix in ("u", "s", "g") else prefix  # a task may become one of another kind
        return f"{prefix}{self.number}_{self.given}"

    def draw(self, block: Numbered) -> tuple[list[str], list[str], str, str]:
        kind, number, *parts = block
        outer = self.number, self.given
        self.number, self.given = number, 0
        drawn = super().draw((kind, *parts))
        self.number, self.given = outer
        return drawn


class Changes:
    """Changes to a block; choices are taken from a list in turn."""

    def __init__(self, choices: list[int]) -> None:
        self.choices, self.taken, self.count = choices, 0, 0

    def choice(self, among: int) -> int:
        self.taken += 1
        return self.choices[self.taken % len(self.choices)] % among

    def number(self, block: Any) -> Any:
        """A block with numbers."""
        if not isinstance(block, tuple):
            return block
        self.count += 1
        number = self.count
        return (block[0], number, *(self.number(part) for part in block[1:]))

    def changed(self, block: Any) -> Any:
        """A block with some of its inner blocks added, removed, replaced, renamed or wrapped."""
        if not isinstance(block, tuple):
            return block if self.choice(6) else not block
        kind, number, *parts = block
        what = self.choice(8)
        if what == 0 and kind in KINDS:
            return (KINDS[self.choice(3)], number)
        if what == 1:
            return ("sequence", self.new(), *self.order((kind, number, *parts), self.fresh()))
        if what == 2 and kind in ("sequence", "choice", "parallel"):
            kept = [self.changed(part) for part in parts]
            del kept[self.choice(len(kept))]
            return (kind, number, *kept, self.fresh()) if len(kept) < 2 or self.choice(2) else (kind, number, *kept)
        if what == 3 and kind in ("sequence", "choice", "parallel"):
            return (kind, number, *(self.changed(part) for part in parts), self.fresh())
        if what == 4:
            return (kind, self.new(), *parts) if self.choice(2) else self.fresh()
        if what == 5 and kind in ("choice", "parallel"):
            return ("choice" if kind == "parallel" else "parallel", number, *parts)
        return (kind, number, *(self.changed(part) for part in parts))

    def order(self, first: Numbered, second: Numbered) -> list[Numbered]:
        return [first, second] if self.choice(2) else [second, first]

    def fresh(self) -> Numbered:
        return (KINDS[self.choice(3)], self.new())

    def new(self) -> int:
        self.count += 1
        return self.count


def build(block: Numbered) -> ProcessDefinition:
    drawing = NamedDrawing()
    elements, flows, first, last = drawing.draw(block)
    flows = [*flows, f"start > {first}", f"{last} > end"]
    return define(document(process("p", start(), end(), *elements, flows=flows)), *drawing.tables)


def step(driver: Driver, choice: int) -> bool:
    """Complete one open task or job, at times after some hours; False when there is none."""
    if choice % 4 == 0:
        driver.pass_time(hours=1)
    waits = [wait for wait in driver.waits() if wait.kind in ("user_task", "job")]
    if not waits:
        return False
    wait = sorted(waits, key=lambda wait: wait.element_id)[choice % len(waits)]
    driver.case["n"] += choice
    if wait.kind == "job":
        driver.do("complete_job", wait.task_id, {"n": choice})
    else:
        driver.do("complete_user_task", wait.task_id)
    return True


def move(driver: Driver, definition: ProcessDefinition) -> bool:
    """Move to the other version; False when that is refused, and then nothing has changed."""
    blob, case, before = driver.blob, str(driver.case), driver.waits()
    code = ""
    try:
        driver.do("migrate", definition)
    except MigrationRefused as refused:
        code = refused.code
    if code:
        assert code != "migration.does_not_run"
        assert (driver.instance.dump(), str(driver.case), driver.instance.waits()) == (blob, case, before)
        return False
    kept = {wait.task_id: wait for wait in driver.instance.waits()}
    for wait in before:
        if wait.task_id in kept:
            assert (kept[wait.task_id].kind, kept[wait.task_id].due_at) == (wait.kind, wait.due_at)
    driver.definition = definition
    return True


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    block=BLOCKS,
    other=BLOCKS,
    choices=st.lists(st.integers(0, 50), min_size=3, max_size=12),
    steps=st.integers(0, 12),
    unrelated=st.integers(0, 5),
)
def test_a_moved_instance_runs_to_its_end(
    block: Any, other: Any, choices: list[int], steps: int, unrelated: int
) -> None:
    changes = Changes(choices)
    numbered = changes.number(block)
    versions = [build(numbered)]
    changed = Changes(choices).number(other) if unrelated == 0 else changes.changed(numbered)
    versions.append(build(changed))
    case: dict[str, Any] = {"n": choices[0], "rows": [{"id": "r1"}, {"id": "r2"}]}
    driver = Driver(versions[0], case, known="results rounds fired")
    for number in range(steps):
        if not step(driver, choices[number % len(choices)]):
            break
    if driver.completed:
        return
    move(driver, versions[1])
    for number in range(400):
        if not step(driver, choices[number % len(choices)]):
            break
        if number in (5, 11) and not driver.completed:
            move(driver, versions[number % 4 // 2])
        if number < 40 and choices[number % len(choices)] % 5 == 3:
            done = {task.task_spec.bpmn_id for task in walk_tasks(driver.now()._workflow, COMPLETED)}
            back_somewhere(driver, [(name, None) for name in sorted(filter(None, done)) if name[0] == "t"])
    assert driver.completed
