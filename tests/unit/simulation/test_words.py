"""The vocabulary of the factory is whole: both languages, every picture, every step, and phrases that can be said."""

import io
from random import Random

import pytest
from lxml import etree

from server.domain.bundle import Bundle, bundled_root
from server.files.kinds import media_type_of
from server.simulation.customers import won
from server.simulation.pictures import VARIANTS, drawn
from server.simulation.recipes import BESIDE, STEPS, leading_to
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
        texts = [text for language in LANGUAGES for said in entry[language].values() for text in templates(said)]
        assert all(text.strip() for text in texts)
        assert all(type(entry["zh-CN"][name]) is type(entry["en"][name]) for name in entry["en"])
        assert entry["zh-CN"] != entry["en"]
    assert set(found.places) == set(found.machines) == set(LANGUAGES)


@pytest.mark.parametrize("key", TRADES)
def test_something_can_be_the_matter_with_every_product(key: str) -> None:
    found = trade(key)
    for product in found.products:
        for entries, least in ((found.defects, 2), (found.services, 2), (found.invalid, 1)):
            fitting = [each for each in entries if product["code"] in each.get("products", (product["code"],))]
            assert len(fitting) >= least, product["code"]
    codes = {product["code"] for product in found.products}
    assert {code for each in found.defects for code in each.get("products", ())} <= codes


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
    tasks = {str(task.get("id")) for each in drawings for task in each.iter(f"{BPMN}userTask")}
    assert (STEPS.keys() | BESIDE.keys(), STEPS.keys() & BESIDE.keys()) == (tasks, set())
    assert set(BESIDE.values()) <= STEPS.keys()
    assert {leading_to(step, Random(1)).stops_at for step in STEPS} == set(STEPS)


def test_customers_are_many_and_differ() -> None:
    found = won(Random(5), 120)
    assert len({each.name for each in found}) == 120
    assert {each.trade.key for each in found} == set(TRADES)
    assert {each.language for each in found} == set(LANGUAGES)
