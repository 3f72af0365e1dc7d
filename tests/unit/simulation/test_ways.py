"""The plots of a year: every beginning meets every end, and each turn of rare ones is dealt before the next begins."""

from collections import Counter
from itertools import product
from random import Random

from server.simulation.fates import Fates
from server.simulation.plots import METHODS, ROUNDS, Plot
from server.simulation.ways import BESIDE, TURNS, every_way

BEGINNINGS = set(product(("no", "full"), (False, True)))


def beginning(plot: Plot) -> tuple[str, bool]:
    return plot.at_once, plot.serious


def end(plot: Plot) -> tuple[object, ...]:
    """What decides how a complaint ends, whatever is met on the way."""
    if plot.verdict != "quality":
        return (plot.verdict,)
    if plot.content and "yes" not in plot.content and len(plot.content) == ROUNDS:
        return "never content", plot.told, plot.last_word
    if plot.returns_refused == ROUNDS or ROUNDS in (len(plot.plans), len(plot.replies)):
        return "no round is left", plot.returns_refused, len(plot.plans), len(plot.replies), plot.last_word
    if len(plot.plans) == ROUNDS - 1:
        last = (plot.replies, plot.ineffective, sum(each.bad > 0 for each in plot.shipments), plot.content)
        return "no plan is left", *map(bool, last), plot.told if plot.content else None, plot.last_word
    return "content", plot.told, plot.passed_on


def test_every_beginning_meets_every_end() -> None:
    plots = [plot for turn in every_way() for plot in turn if plot not in BESIDE]
    met = Counter((beginning(plot), end(plot)) for plot in plots)
    ends = {each for _, each in met}
    assert {beginning for beginning, _ in met} == BEGINNINGS
    assert len(ends) == 26
    assert met.keys() == set(product(BEGINNINGS, ends))
    assert set(met.values()) == {1}, "one complaint is enough for a way"


def test_each_turn_meets_every_end_and_begins_in_every_way() -> None:
    for turn in every_way():
        plots = [plot for plot in turn if plot not in BESIDE]
        assert len({end(plot) for plot in plots}) == len(plots) == 26
        assert {beginning(plot) for plot in plots} == BEGINNINGS


def test_what_called_processes_offer_is_met() -> None:
    plots = [plot for turn in every_way() for plot in turn]
    rounds = [each for plot in plots for each in plot.shipments]
    heard = {(each.told[: each.bad or 3], each.bad) for each in rounds if each.told}
    assert heard == {(told, bad) for bad in (0, 1, 2, 3) for told in product((False, True), repeat=bad or 3)}
    assert {plot.method for plot in plots} == set(METHODS)
    assert {why for plot in plots for why in plot.plans} == {"infeasible", "refused"}
    assert {why for plot in plots for why in plot.replies} == {"review", "release", "sign", "text", "cause"}


def test_one_of_so_many_plots_is_a_rare_one_and_each_has_its_turn() -> None:
    fates = Fates(Random(3), every=4)
    total = sum(map(len, every_way()))
    dealt = [fates.next() for _ in range(4 * total)][3::4]
    assert Counter(dealt) == Counter(plot for turn in every_way() for plot in turn)
    assert set(dealt[: len(every_way()[0])]) == set(every_way()[0])
    assert len(every_way()) == TURNS


def test_a_late_rare_one_keeps_its_turn() -> None:
    late, fates = Fates(Random(3), every=1), Fates(Random(3), every=1)
    assert all(late.next(late=True) in every_way()[0] for _ in range(50))
    first = len(every_way()[0])
    assert {late.next() for _ in range(first)} == {fates.next() for _ in range(first)} == set(every_way()[0])
