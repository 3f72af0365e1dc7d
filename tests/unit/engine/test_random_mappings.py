"""Random processes redrawn under other names: with the mapping told nothing is refused, and all run on as before."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.engine import MigrationRefused, missing
from server.engine.definition import ProcessDefinition
from tests.unit.engine.helpers import Driver
from tests.unit.engine.test_random_migrations import Changes, build, step
from tests.unit.engine.test_random_processes import BLOCKS

OTHER_NAMES = 1000


def renamed(block: Any, chosen: list[int]) -> Any:
    """Blocks whose number is chosen are drawn under other numbers, and so under other ids.

    Not those over rows: their number also names the row in expressions, which is another loop.
    """
    if not isinstance(block, tuple):
        return block
    kind, number, *parts = block
    is_chosen = chosen[number % len(chosen)] and kind != "rows"
    return (kind, number + OTHER_NAMES if is_chosen else number, *(renamed(part, chosen) for part in parts))


def told(old: ProcessDefinition, new: ProcessDefinition) -> dict[str, str]:
    """Both are drawn in the same order: which id became which."""
    before = [name for (_process, name), each in old.elements.items() if each.source is None]
    after = [name for (_process, name), each in new.elements.items() if each.source is None]
    assert len(before) == len(after)
    return {a: b for a, b in zip(before, after, strict=True) if a != b}


def refusal(driver: Driver, definition: ProcessDefinition, names: dict[str, str]) -> str | None:
    try:
        driver.do("migrate", definition, names)
    except MigrationRefused as refused:
        return refused.code
    return None


def waits(driver: Driver) -> list[tuple[Any, ...]]:
    return sorted((wait.kind, wait.task_id, wait.due_at) for wait in driver.now().waits())


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    block=BLOCKS,
    choices=st.lists(st.integers(0, 50), min_size=3, max_size=12),
    chosen=st.lists(st.integers(0, 1), min_size=2, max_size=7),
    steps=st.integers(0, 12),
)
def test_redrawn_under_other_names_nothing_is_lost(
    block: Any, choices: list[int], chosen: list[int], steps: int
) -> None:
    numbered = Changes(choices).number(block)
    old, new = build(numbered), build(renamed(numbered, chosen))
    names = told(old, new)
    case: dict[str, Any] = {"n": choices[0], "rows": [{"id": "r1"}, {"id": "r2"}]}
    driver = Driver(old, case, known="results rounds fired")
    for number in range(steps):
        if not step(driver, choices[number % len(choices)]):
            break
    if driver.completed:
        return
    before = waits(driver)
    assert missing(old, new, tuple(names.items())) == frozenset()
    driver.do("migrate", new, names)
    driver.definition = new
    assert waits(driver) == before
    back = {b: a for a, b in names.items()}
    driver.do("migrate", old, back)
    driver.definition = old
    assert waits(driver) == before
    driver.do("migrate", new, names)
    driver.definition = new
    for number in range(400):
        if not step(driver, choices[number % len(choices)]):
            break
    assert driver.completed


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    block=BLOCKS,
    choices=st.lists(st.integers(0, 50), min_size=3, max_size=12),
    steps=st.integers(0, 12),
    pairs=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=6),
)
def test_whatever_is_told_is_refused_or_runs_to_its_end(
    block: Any, choices: list[int], steps: int, pairs: list[tuple[int, int]]
) -> None:
    changes = Changes(choices)
    numbered = changes.number(block)
    old, new = build(numbered), build(changes.changed(numbered))
    before, after = (
        sorted(name for (_process, name), each in version.elements.items() if each.source is None)
        for version in (old, new)
    )
    names = {before[a % len(before)]: after[b % len(after)] for a, b in pairs}
    case: dict[str, Any] = {"n": choices[0], "rows": [{"id": "r1"}, {"id": "r2"}]}
    driver = Driver(old, case, known="results rounds fired")
    for number in range(steps):
        if not step(driver, choices[number % len(choices)]):
            break
    if driver.completed:
        return
    blob, kept = driver.blob, str(driver.case)
    code = refusal(driver, new, names)
    assert code != "migration.does_not_run"
    if code is not None:
        assert (driver.instance.dump(), str(driver.case)) == (blob, kept)
        return
    driver.definition = new
    for number in range(400):
        if not step(driver, choices[number % len(choices)]):
            break
    assert driver.completed or not driver.waits("user_task") + driver.waits("job")
    assert driver.completed, (names, driver.waits())
