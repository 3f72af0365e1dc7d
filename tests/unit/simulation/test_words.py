"""The vocabulary of the factory is whole: both languages, every picture, every step, and phrases that can be said."""

import io
from random import Random

import pytest
from lxml import etree

from server.domain.bundle import Bundle, bundled_root
from server.files.kinds import media_type_of
from server.simulation.customers import won
from server.simulation.pictures import VARIANTS, drawn
from server.simulation.plots import EARLY, ROUNDS, Fates, Plot, rare_ones
from server.simulation.recipes import STEPS, leading_to
from server.simulation.trades import LANGUAGES, TRADES, names_in, phrase, phrases, trade

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
KNOWN = {
    "customer", "contact", "part", "part_no", "defect", "seen", "cause", "system", "escape", "escape_system", "fix",
    "prevent", "test", "why", "basis", "answer", "lot", "bad", "total", "machine", "place", "day", "person", "amount",
    "unit",
}  # fmt: skip


def templates(found: object) -> list[str]:
    if isinstance(found, str):
        return [found]
    parts = found.values() if isinstance(found, dict) else found
    return [each for part in parts for each in templates(part)]  # type: ignore[union-attr]


def test_both_languages_have_a_phrase_for_the_same_places() -> None:
    chinese, english = (phrases(language) for language in LANGUAGES)
    assert set(chinese) == set(english)
    assert {key for key in chinese if type(chinese[key]) is not type(english[key])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_name_only_what_may_be_known(language: str) -> None:
    named = {name for each in templates(phrases(language)) for name in names_in(each)}
    assert named <= KNOWN


@pytest.mark.parametrize("key", TRADES)
def test_a_trade_says_the_same_in_both_languages(key: str) -> None:
    found = trade(key)
    for entry in [*found.defects, *found.services, *found.invalid]:
        assert set(entry["zh-CN"]) == set(entry["en"])
        assert all(entry[language][name].strip() for language in LANGUAGES for name in entry[language])
        assert entry["zh-CN"] != entry["en"]
    assert set(found.places) == set(found.machines) == set(LANGUAGES)


def test_a_phrase_leaves_out_what_is_not_known() -> None:
    said = {phrase("en", "/classification/reason", "good", {"contact": "Ann"}, Random(n)) for n in range(20)}
    assert said == {"Confirmed with Ann."}


@pytest.mark.parametrize("key", TRADES)
def test_every_defect_is_drawn_as_a_picture_that_is_let_in(key: str) -> None:
    motifs = {entry["motif"] for entry in trade(key).defects}
    plain = drawn("no such motif", 1)
    for motif in motifs:
        pictures = {drawn(motif, variant) for variant in range(VARIANTS)}
        assert len(pictures) > 1, motif
        assert all(media_type_of("defect.png", io.BytesIO(each)) == "image/png" for each in pictures)
        assert motif == "label" or plain not in pictures, f"{motif} has no drawing of its own"


def test_there_is_a_recipe_for_every_step() -> None:
    bundle = Bundle.from_folder(bundled_root(), "complaint")
    drawings = [etree.fromstring(data) for name, data in bundle.items() if name.endswith(".bpmn")]
    assert set(STEPS) == {str(task.get("id")) for each in drawings for task in each.iter(f"{BPMN}userTask")}
    assert {leading_to(step, Random(1)).stops_at for step in STEPS} == set(STEPS)


def way_out(plot: Plot) -> tuple[object, ...]:
    """What decides how a complaint ends, whatever is met on the way."""
    doubted, spent = "cause" in plot.replies, len(plot.replies) == ROUNDS
    return (plot.verdict, tuple(sorted(plot.plans)), doubted, spent, plot.passed_on, plot.ineffective,
            bool(plot.shipments), plot.content, plot.told, plot.last_word, plot.returns_refused == ROUNDS)  # fmt: skip


def test_every_beginning_meets_every_end_in_as_many_turns() -> None:
    met = {(plot.at_once, plot.serious, way_out(plot)) for turn in range(len(EARLY)) for plot in rare_ones(turn)}
    beginnings = {(early.at_once, early.serious) for early in EARLY}
    for at_once, serious in beginnings:
        ends = {end for first, second, end in met if (first, second) == (at_once, serious)}
        assert ends >= {end for first, second, end in met if (first, second) in beginnings - {("no", False)}}


def test_one_of_so_many_plots_is_a_rare_one() -> None:
    fates = Fates(Random(3), every=4)
    plots = [fates.next() for _ in range(160)]
    rare = rare_ones(0)
    assert all(plot in rare for plot in plots[3::4][: len(rare)])


def test_customers_are_many_and_differ() -> None:
    found = won(Random(5), 120)
    assert len({each.name for each in found}) == 120
    assert {each.trade.key for each in found} == set(TRADES)
    assert {each.language for each in found} == set(LANGUAGES)
