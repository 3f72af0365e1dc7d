"""The replay that judges whether what ran is what is drawn: it takes what BPMN allows and refuses everything else."""

from itertools import pairwise

import pytest

from tests.population.net import Net, read_net
from tests.population.replay import Replay, replay

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'


def net(inner: str, more: str = "") -> Net:
    file = f'{HEAD}<error id="err" errorCode="lost"/><process id="p" isExecutable="true">{inner}</process>{more}</definitions>'
    return read_net({"p.bpmn": file.encode(), "notes.txt": b"x"}, "p")


def node(kind: str, key: str, more: str = "", inside: str = "") -> str:
    return f'<{kind} id="{key}" {more}>{inside}</{kind}>'


def flow(*chain: str) -> str:
    return "".join(f'<sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(chain))


def nodes(**kinds: str) -> str:
    return "".join(node(kind, key) for key, kind in kinds.items())


def run(drawn: Net, *advances: str | tuple[str, str]) -> Replay:
    """Each advance a path as one text; a pair is work sent back, from the one to the other."""
    events = [
        ("task.sent_back", each[0], {"to": each[1]})
        if isinstance(each, tuple)
        else ("instance.advanced", None, {"path": each.split()})
        for each in advances
    ]
    return replay(drawn, events)


LINE = net(nodes(s="startEvent", a="userTask", b="serviceTask", e="endEvent") + flow("s", "a", "b", "e"))
FORK = net(
    nodes(s="startEvent", g="parallelGateway", a="userTask", b="userTask", j="parallelGateway", e="endEvent")
    + flow("s", "g", "a", "j", "e")
    + flow("g", "b", "j")
)
CHOICE = net(
    nodes(s="startEvent", x="exclusiveGateway", a="userTask", b="userTask", m="exclusiveGateway", e="endEvent")
    + flow("s", "x", "a", "m", "e")
    + flow("x", "b", "m")
)
SOME = net(
    nodes(s="startEvent", o="inclusiveGateway", a="task", b="task", c="task", j="inclusiveGateway", e="endEvent")
    + flow("s", "o", "a", "j", "e")
    + flow("o", "b", "j")
    + flow("o", "c", "j")
)
GUARD = net(
    nodes(s="startEvent", a="userTask", e="endEvent", n="endEvent", r="userTask", q="endEvent")
    + node("boundaryEvent", "late", 'attachedToRef="a"', "<timerEventDefinition/>")
    + node("boundaryEvent", "ping", 'attachedToRef="a" cancelActivity="false"', "<messageEventDefinition/>")
    + flow("s", "a", "e")
    + flow("late", "n")
    + flow("ping", "r", "q")
)
WAIT = net(
    nodes(s="startEvent", g="eventBasedGateway", e="endEvent", n="endEvent")
    + node("intermediateCatchEvent", "m", inside="<messageEventDefinition/>")
    + node("intermediateCatchEvent", "t", inside="<timerEventDefinition/>")
    + flow("s", "g", "m", "e")
    + flow("g", "t", "n")
)
STRIP = net(
    nodes(s="startEvent", g="parallelGateway", a="userTask", w="userTask")
    + node("endEvent", "all", inside="<terminateEventDefinition/>")
    + node("endEvent", "one")
    + flow("s", "g", "a", "all")
    + flow("g", "w", "one")
)
INSIDE = net(
    nodes(s="startEvent", e="endEvent", n="endEvent")
    + node(
        "subProcess",
        "sub",
        inside=nodes(si="startEvent", xi="exclusiveGateway", a="userTask", ei="endEvent")
        + node("endEvent", "bad", inside='<errorEventDefinition errorRef="err"/>')
        + flow("si", "a", "xi", "ei")
        + flow("xi", "bad"),
    )
    + node("boundaryEvent", "caught", 'attachedToRef="sub"', '<errorEventDefinition errorRef="err"/>')
    + flow("s", "sub", "e")
    + flow("caught", "n")
)
CALLED = f'<process id="q" isExecutable="true">{nodes(qs="startEvent", qa="userTask", qe="endEvent")}{flow("qs", "qa", "qe")}</process>'
TWO_CALLS = net(
    nodes(s="startEvent", g="parallelGateway", j="parallelGateway", e="endEvent")
    + node("callActivity", "c1", 'calledElement="q"')
    + node("callActivity", "c2", 'calledElement="q"')
    + flow("s", "g", "c1", "j", "e")
    + flow("g", "c2", "j"),
    CALLED,
)
EACH = net(
    nodes(s="startEvent", e="endEvent")
    + node("callActivity", "c", 'calledElement="q"', "<multiInstanceLoopCharacteristics/>")
    + flow("s", "c", "e"),
    CALLED,
)

GOOD = {
    "line": (LINE, ["s s-a", "a a-b", "b b-e e"]),
    "fork": (FORK, ["s s-g g g-a g-b", "b b-j", "a a-j j j-e e"]),
    "choice": (CHOICE, ["s s-x x x-b", "b b-m m m-e e"]),
    "some": (SOME, ["s s-o o o-a o-c", "c c-j", "a a-j j j-e e"]),
    "one of some": (SOME, ["s s-o o o-b", "b b-j j j-e e"]),
    "interrupted": (GUARD, ["s s-a", "late late-n n"]),
    "told in between": (GUARD, ["s s-a", "ping ping-r", "ping ping-r", "a a-e e", "r r-q q", "r r-q q"]),
    "first of two": (WAIT, ["s s-g", "g g-t t t-n n"]),
    "stopped": (STRIP, ["s s-g g g-a g-w", "a a-all all"]),
    "stopped later": (STRIP, ["s s-g g g-a g-w", "w w-one one", "a a-all all"]),
    "inside": (INSIDE, ["s s-sub si si-a", "a a-xi xi xi-ei ei sub sub-e e"]),
    "thrown": (INSIDE, ["s s-sub si si-a", "a a-xi xi xi-bad bad caught caught-n n"]),
    "two calls": (
        TWO_CALLS,
        ["s s-g g g-c1 g-c2 qs qs-qa qs qs-qa", "qa qa-qe qe c2 c2-j", "qa qa-qe qe c1 c1-j j j-e e"],
    ),
    "for each": (EACH, ["s s-c qs qs-qa qs qs-qa", "qa qa-qe qe", "qa qa-qe qe c c-e e"]),
    "for none": (EACH, ["s s-c c c-e e"]),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_bpmn_allows_fits(name: str) -> None:
    drawn, advances = GOOD[name]
    found = run(drawn, *advances)
    assert (found.refused, found.missing, found.remaining, found.fitness) == ("", 0, 0, 1)
    assert found.produced == found.consumed > 0


BAD = {
    "never begun": (LINE, ["a a-b"]),
    "done twice": (LINE, ["s s-a", "a a-b a a-b", "b b-e e"]),
    "left by no flow": (LINE, ["s s-a", "a", "b b-e e"]),
    "left by a strange flow": (LINE, ["s s-a", "a b-e"]),
    "join without its branch": (FORK, ["s s-g g g-a g-b", "a a-j j j-e e"]),
    "only one branch begun": (FORK, ["s s-g g g-a", "a a-j j j-e e"]),
    "both ways taken": (CHOICE, ["s s-x x x-a x-b", "a a-m m m-e e", "b b-m m m-e e"]),
    "the way not chosen": (CHOICE, ["s s-x x x-b", "a a-m m m-e e"]),
    "joined while one is under way": (SOME, ["s s-o o o-a o-c", "a a-j j j-e e", "c c-j j j-e e"]),
    "no way at all": (SOME, ["s s-o o"]),
    "done after the interruption": (GUARD, ["s s-a", "late late-n n", "a a-e e"]),
    "told after the end": (GUARD, ["s s-a", "a a-e e", "ping ping-r r r-q q"]),
    "both events": (WAIT, ["s s-g", "g g-t t t-n n", "g g-m m m-e e"]),
    "an event nobody waited for": (WAIT, ["s s-g", "m m-e e"]),
    "work after the stop": (STRIP, ["s s-g g g-a g-w", "a a-all all", "w w-one one"]),
    "left before it was done inside": (INSIDE, ["s s-sub si si-a sub sub-e e", "a a-xi xi xi-ei ei"]),
    "left in order after an error": (INSIDE, ["s s-sub si si-a", "a a-xi xi xi-bad bad sub sub-e e"]),
    "an error that nothing threw": (INSIDE, ["s s-sub si si-a", "caught caught-n n"]),
    "begun inside twice": (INSIDE, ["s s-sub si si-a si si-a", "a a-xi xi xi-ei ei a a-xi xi xi-ei ei sub sub-e e"]),
    "called once more": (TWO_CALLS, ["s s-g g g-c1 g-c2 qs qs-qa qs qs-qa qs qs-qa"]),
    "one call done twice": (
        TWO_CALLS,
        ["s s-g g g-c1 g-c2 qs qs-qa qs qs-qa", "qa qa-qe qe c1 c1-j", "c1 c1-j j j-e e"],
    ),
    "left while one is at work": (EACH, ["s s-c qs qs-qa qs qs-qa", "qa qa-qe qe c c-e e"]),
    "an element of no diagram": (LINE, ["s s-a", "a a-b alien", "b b-e e"]),
}


@pytest.mark.parametrize("name", BAD)
def test_what_bpmn_does_not_allow_is_refused_and_costs_fitness(name: str) -> None:
    drawn, advances = BAD[name]
    found = run(drawn, *advances)
    assert found.refused
    assert found.missing > 0
    assert found.fitness < 1


def test_what_is_left_over_costs_fitness() -> None:
    found = run(FORK, "s s-g g g-a g-b", "a a-j")
    assert (found.refused, found.missing, found.remaining) == ("", 0, 2)
    # Produced: begin, s-g, g-a, g-b, a-j; two of five are left: 1/2 + (1 - 2/5) / 2.
    assert found.fitness == pytest.approx(0.8)


# After the end that stops everything nobody asks whether the other branch had come to its own end.
@pytest.mark.parametrize("name", sorted(GOOD.keys() - {"stopped later"}))
def test_mutilated_paths_are_refused(name: str) -> None:
    """Each element left out, and each one told twice."""
    drawn, advances = GOOD[name]
    words = [word for advance in advances for word in advance.split()]
    for place, word in enumerate(words):
        for changed in (words[:place] + words[place + 1 :], [*words[:place], word, *words[place:]]):
            found = run(drawn, " ".join(changed))
            assert found.fitness < 1, changed


@pytest.mark.parametrize("name", ["line", "choice", "interrupted", "first of two", "inside", "thrown"])
def test_swapped_elements_are_refused(name: str) -> None:
    """Where one follows from the other; branches beside each other may come in any order."""
    drawn, advances = GOOD[name]
    words = [word for advance in advances for word in advance.split()]
    steps = [place for place, word in enumerate(words) if "-" not in word]
    for first, second in pairwise(steps):
        changed = list(words)
        changed[first], changed[second] = changed[second], changed[first]
        assert run(drawn, " ".join(changed)).fitness < 1, changed


def test_branches_may_come_in_any_order() -> None:
    for one, other in (("a a-j", "b b-j"), ("b b-j", "a a-j")):
        assert run(FORK, "s s-g g g-a g-b", one, f"{other} j j-e e").fitness == 1


# Work sent back

BACK = net(
    nodes(
        s="startEvent",
        a="userTask",
        g="parallelGateway",
        b="userTask",
        c="userTask",
        j="parallelGateway",
        d="userTask",
        e="endEvent",
    )
    + flow("s", "a", "g", "b", "j", "d", "e")
    + flow("g", "c", "j")
)


def test_work_sent_back_is_done_again() -> None:
    found = run(LINE, "s s-a", "a a-b", ("b", "a"), "a a-b", "b b-e e")
    assert (found.refused, found.fitness, found.jumps) == ("", 1, 1)


def test_what_another_branch_did_stays() -> None:
    begun = ("s s-a", "a a-g g g-b g-c", "c c-j", "b b-j j j-d")
    assert run(BACK, *begun, ("d", "b"), "b b-j j j-d", "d d-e e").fitness == 1
    redone = run(BACK, *begun, ("d", "b"), "c c-j", "b b-j j j-d", "d d-e e")
    assert redone.refused.endswith("c leaving by c-j")


def test_all_that_came_of_the_step_is_undone() -> None:
    begun = ("s s-a", "a a-g g g-b g-c", "c c-j", "b b-j j j-d")
    again = ("a a-g g g-b g-c", "b b-j", "c c-j j j-d", "d d-e e")
    assert run(BACK, *begun, ("d", "a"), *again).fitness == 1
    assert run(BACK, *begun, ("d", "a"), "d d-e e").fitness < 1


def test_nothing_goes_back_to_where_it_never_was() -> None:
    for source, target in (("b", "d"), ("b", "c"), ("d", "a")):
        found = run(BACK, "s s-a", "a a-g g g-b g-c", "c c-j", (source, target))
        assert found.refused == f"step 5: sent back from {source} to {target}"
        assert found.fitness < 1


def test_work_is_sent_back_inside_a_called_process_too() -> None:
    chain = f'<process id="q">{nodes(qs="startEvent", q1="userTask", q2="userTask", qe="endEvent")}{flow("qs", "q1", "q2", "qe")}</process>'
    drawn = net(
        nodes(s="startEvent", e="endEvent") + node("callActivity", "c", 'calledElement="q"') + flow("s", "c", "e"),
        chain,
    )
    found = run(drawn, "s s-c qs qs-q1", "q1 q1-q2", ("q2", "q1"), "q1 q1-q2", "q2 q2-qe qe c c-e e")
    assert (found.refused, found.fitness) == ("", 1)


def test_an_element_whose_meaning_is_not_known_is_no_net() -> None:
    with pytest.raises(ValueError, match="complexGateway x: no meaning is known"):
        net(nodes(s="startEvent", x="complexGateway"))
