"""Consequences of what is drawn: steps that came, went, moved or changed hands."""

from collections.abc import Iterator
from typing import Any

from server.casework.difference.aspects import ASPECTS, word
from server.casework.difference.consequence import Consequence, of
from server.casework.difference.deadline_rules import PEOPLE, rules_of
from server.casework.difference.ground import Ground, OpenCase, Reach
from server.casework.difference.lengths import due_date, rule_length
from server.casework.difference.sentences import (
    COMES_TO_CHANGED,
    COMES_TO_OTHER_HANDS,
    DUE,
    GOES_THROUGH,
    KEEPS_DUE,
    LOST,
    MAY_GO_THROUGH,
    MAY_MOVED,
    MAY_NEED,
    MOVED,
    NO_LONGER,
    NO_LONGER_PERHAPS,
    STANDS_AT_CHANGED,
    STANDS_AT_GONE,
    STANDS_AT_MOVED,
    TASKS_CHANGE_HANDS,
    WILL_NEED,
)
from server.casework.library import PublishedVersion
from server.domain.texts import Sentence
from server.engine import Element
from server.engine.difference import Change
from server.engine.outlook import Spot
from server.i18n import N_

_WORK = frozenset({"userTask", "manualTask", "task", "serviceTask", "sendTask", "receiveTask", "businessRuleTask",
                   "callActivity", "subProcess", "transaction", "boundaryEvent", "intermediateCatchEvent"})  # fmt: skip
_ELSEWHERE = frozenset({"decision", "field", "entry", "file", "form", "process", "lane", "sequenceFlow"})
"""Sorts of changes that others tell of, or that touch no complaint."""
_SILENT = frozenset(
    {"documentation", "name", "executable", "order", "default", "lane", "definition", "", "costRate", "waits_for"}
)
"""Aspects without a consequence of their own here: texts nobody runs, and what the gateways and names tell."""


def of_steps(ground: Ground) -> Iterator[Consequence]:
    """One consequence for each step that is touched, in the order of the changes."""
    # What becomes another kind of step has other properties altogether.
    other = {(change.process, change.subject) for change in ground.changes if change.aspect == "kind"}
    for change in ground.changes:
        if change.sort == "process" and not change.aspect:
            yield from _process(ground, change)
        elif change.sort in _WORK and not change.aspect:
            if change.kind == "added" and (spot := ground.spot(change)) is not None:
                yield _added(ground, spot, change.file)
            elif change.kind == "removed" and (spot := ground.spot(change, ground.base)) is not None:
                yield _removed(ground, spot, change)
            elif change.kind == "moved":
                yield from _moved(ground, change)
        elif change.kind != "changed" or change.sort in _ELSEWHERE:
            continue
        elif change.aspect == "kind" or (change.process, change.subject) not in other:
            yield from _changed(ground, change)


def _process(ground: Ground, change: Change) -> Iterator[Consequence]:
    """The steps of people in a process that came or went as a whole."""
    version = ground.target if change.kind == "added" else ground.base
    definition = version.definition
    for spot, element in definition.elements.items():
        if element.kind in PEOPLE and definition.process_of(spot[0]) == change.subject:
            if change.kind == "added":
                yield _added(ground, spot, change.file)
            else:
                step = Change("removed", change.file, element.id, process=change.subject, name=element.name)
                yield _removed(ground, spot, step)


def _added(ground: Ground, spot: Spot, file: str) -> Consequence:
    element = ground.element(spot)
    found = Consequence("step.added", file, ground.target.definition.process_of(spot[0]), element.id)
    reach = ground.reach(spot, (case for case in ground.cases if ground.was(case.version, spot) is None))
    if element.kind in PEOPLE:
        _needed(ground, found, element, reach)
    else:
        named = {"step": ground.name(element)}
        found.count("sure", reach.sure, GOES_THROUGH, **named)
        found.count("perhaps", reach.perhaps, MAY_GO_THROUGH, **named)
    _lost(found, reach)
    _new_complaints(ground, found, spot)
    return found


def _needed(ground: Ground, found: Consequence, element: Element, reach: Reach) -> None:
    named: dict[str, Any] = {"step": ground.name(element), "group": ground.group(element.group)}
    found.count("sure", reach.sure, WILL_NEED, **named)
    found.count("perhaps", reach.perhaps, MAY_NEED, **named)
    own = element.properties.get("dueDate")
    if own:
        found.say(N_("It is due {length} after it begins."), length=due_date(own))
        return
    rules = {rule for case in reach.ahead for rule in [rules_of(ground, ground.target, case, element.id)] if rule}
    if len(rules) == 1:
        found.say(N_("It is due {length} after it begins."), length=rule_length(rules.pop()))
    elif reach.ahead and not rules:
        found.say(N_("It has no deadline."))


def _removed(ground: Ground, spot: Spot, change: Change) -> Consequence:
    """Counted in the version each case runs in, by the id of the step."""
    found = of("step.removed", change)
    versions = {case.version.bundle.digest: case.version for case in ground.cases}
    without = {
        key
        for key, version in versions.items()
        if spot in version.definition.elements and spot not in ground.now(version)
    }
    here = [case for case in ground.cases if case.version.bundle.digest in without]
    reach = ground.reach_own(spot, here)
    named = {"step": ground.name(ground.element(spot, ground.base))}
    found.count("sure", reach.sure, NO_LONGER, **named)
    found.count("perhaps", reach.perhaps, NO_LONGER_PERHAPS, **named)
    found.count("standing", reach.standing, STANDS_AT_GONE, **named)
    found.say(N_("New complaints no longer have “{step}”."), **named)
    return found


def _moved(ground: Ground, change: Change) -> Iterator[Consequence]:
    spot = ground.spot(change)
    if spot is None:
        return
    found = of("step.moved", change)
    reach = ground.reach(spot, (case for case in ground.cases if ground.own(case, change) is not None))
    named = {"step": ground.name(ground.element(spot)), "behind": ground.named(spot[0], str(change.after).split(", "))}
    found.count("sure", reach.sure, MOVED, **named)
    found.count("perhaps", reach.perhaps, MAY_MOVED, **named)
    found.count("standing", reach.standing, STANDS_AT_MOVED, **named)
    found.say(N_("New complaints come to “{step}” behind {behind}."), **named)
    yield found


def _changed(ground: Ground, change: Change) -> Iterator[Consequence]:
    aspect = change.aspect.partition(".")[0]
    spot = ground.spot(change)
    if spot is None or aspect in _SILENT:
        return
    touched = [case for case in ground.cases if ground.own(case, change) is not None]
    reach = ground.reach(spot, touched)
    found = of(f"step.{aspect}" if aspect in ASPECTS else "step.changed", change)
    element = ground.element(spot)
    if aspect == "group":
        _hands(ground, found, element, reach, change, touched)
    elif aspect == "due":
        _due(ground, found, element, reach, change)
    else:
        named = {"step": ground.name(element), "what": word(change.aspect)}
        found.count("standing", reach.standing, STANDS_AT_CHANGED, **named)
        found.count("ahead", reach.ahead, COMES_TO_CHANGED, **named)
        found.say(N_("For new complaints this changes at “{step}”: {what}."), **named)
    _lost(found, reach)
    yield found


def tasks_at(ground: Ground, spot: Spot, cases: list[OpenCase]) -> int:
    """How many open tasks of these cases stand at an element of the target."""
    return sum(
        ground.now(case.version).get((line["process_id"], line["element_id"])) == spot and line["kind"] == "user_task"
        for case in cases
        for line in case.lines
    )


def _hands(
    ground: Ground, found: Consequence, element: Element, reach: Reach, change: Change, touched: list[OpenCase]
) -> None:
    named = {
        "step": ground.name(element),
        "old": ground.group(change.before),
        "new": ground.group(change.after),
    }
    tasks = tasks_at(ground, (element.process_id, element.id), touched)
    found.told("tasks", tasks, TASKS_CHANGE_HANDS, **named)
    found.cases += reach.standing
    found.counts["standing"] = len(reach.standing)
    found.count("ahead", reach.ahead, COMES_TO_OTHER_HANDS, **named)
    found.say(N_("For new complaints {new} does “{step}” instead of {old}."), **named)


def _due(ground: Ground, found: Consequence, element: Element, reach: Reach, change: Change) -> None:
    old = due_date(change.before) if change.before else _by_table(ground, ground.base, element, reach)
    new = due_date(change.after) if change.after else _by_table(ground, ground.target, element, reach)
    named = {"step": ground.name(element), "old": old, "new": new}
    found.count("ahead", reach.ahead, DUE, **named)
    found.count("standing", reach.standing, KEEPS_DUE, **named)
    found.say(N_("For new complaints “{step}” is due in {new} instead of {old}."), **named)


def _by_table(ground: Ground, version: PublishedVersion, element: Element, reach: Reach) -> Sentence:
    """What the table of deadlines says about a step, where it says one thing of all cases."""
    cases = reach.all or [ground.nobody()]
    rules = {rules_of(ground, version, case, element.id) for case in cases}
    return rule_length(rules.pop()) if len(rules) == 1 else Sentence(N_("what the table of deadlines says"))


def _lost(found: Consequence, reach: Reach) -> None:
    found.told("lost", len(reach.lost), LOST)


def _new_complaints(ground: Ground, found: Consequence, spot: Spot) -> None:
    """What the change means for complaints filed from now on."""
    target = ground.target.definition
    starts = frozenset(
        (each.process_id, each.id)
        for each in target.elements.values()
        if each.kind == "start_event" and each.process_id == target.process_id
    )
    made = ground.made(ground.target)
    named = {"step": ground.name(ground.element(spot))}
    if made.course.every(spot):
        found.say(N_("Every new complaint will need “{step}”."), **named)
    elif spot in made.outlook.ahead(starts):
        found.say(N_("New complaints may come to “{step}”."), **named)
