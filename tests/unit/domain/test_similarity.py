"""Ranking of similar complaints: the labelled set, and what must hold for any texts."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.in_common import in_common
from server.domain.latin import stem
from server.domain.similarity import Rarity, Similar, asked_for, compare, profile, rank, rarity, same_part
from server.domain.trade_terms import FILE, read_terms, terms
from server.domain.wording import MOST_GRAMS, Features, Wording, features_of, part_number
from tests.unit.domain.similar.labelled import Complaint, queries, register

REGISTER = [(one, features_of(one.wording)) for one in register()]
"""Their profiles are made once, under weights that know how rare everything is; a test on the database goes the other way."""


def weights_for(mine: Features, others: Sequence[Features]) -> Rarity:
    counts = Counter(gram for other in others for gram in other.grams())
    return rarity({gram: counts[gram] for gram in mine.grams()}, len(others))


def first_five(mine: Wording, others: Sequence[tuple[object, Features]], most: int = 5) -> list[tuple[object, Similar]]:
    features = features_of(mine)
    weight = weights_for(features, [other for _key, other in others])
    return rank(profile(features, weight), ((key, profile(other, weight)) for key, other in others), most)


def misses(asked: Sequence[Complaint]) -> list[Complaint]:
    """Those of `asked` whose right answer is not among the first five."""
    weight = rarity(Counter(gram for _one, other in REGISTER for gram in other.grams()), len(REGISTER))
    profiles = [(one, profile(other, weight)) for one, other in REGISTER]
    found = [(one, rank(profile(features_of(one.wording), weight), profiles, 5)) for one in asked]
    return [query for query, best in found if not any(_is_right(one, query) for one, _similar in best)]


def _is_right(one: Complaint, query: Complaint) -> bool:
    return one.problem == query.problem and "X" not in one.id


def test_the_set_is_large_and_its_labels_name_something() -> None:
    ids = [one.id for one in register()]
    assert len(ids) == len(set(ids)) >= 260
    assert len(queries()) >= 200
    problems = {one.problem for one in register() if "X" not in one.id}
    assert {one.problem for one in queries()} == problems
    assert {trade: sum(one.trade == trade for one in queries()) for trade in "MPW"} == {"M": 70, "P": 70, "W": 70}


@pytest.mark.parametrize("trade", ["M", "P", "W"])
def test_the_right_one_is_among_the_first_five(trade: str) -> None:
    asked = [one for one in queries() if one.trade == trade]
    missed = misses(asked)
    assert 1 - len(missed) / len(asked) > 0.8, missed


WORDINGS = st.builds(
    Wording,
    part=st.text(alphabet="AB01-/ ", max_size=8),
    name=st.sampled_from(["", "外壳", "housing", "水表 DN15", "module 550W"]),
    problem=st.text(alphabet="飞边漏水裂 flash,lek。１", max_size=30),
    defect=st.sampled_from(["", "飞边", "burr", "漏水", "cracked", "x"]),
    cause=st.text(alphabet="模具磨损 worn", max_size=20),
)


@given(WORDINGS)
@settings(max_examples=60, deadline=None)
def test_a_score_lies_between_0_and_1_and_is_highest_for_the_very_same(mine: Wording) -> None:
    features = features_of(mine)
    weight = weights_for(features, [features])
    same = compare(profile(features, weight), profile(features, weight)).score
    assert 0 <= same <= 1.000001
    for other, _features in REGISTER[::40]:
        score = compare(profile(features, weight), profile(features_of(other.wording), weight)).score
        assert 0 <= score <= same + 1e-6


@given(st.sampled_from([one for one in register() if one.wording.problem]), st.lists(WORDINGS, max_size=6))
@settings(max_examples=60, deadline=None)
def test_unlike_complaints_never_push_the_very_same_from_the_first_place(mine: Complaint, more: list[Wording]) -> None:
    others = [(place, features_of(one)) for place, one in enumerate(more)]
    found = first_five(mine.wording, [*others, ("same", features_of(mine.wording))])
    best = found[0]
    assert best[0] == "same" or best[1].score == dict(found)["same"].score


@given(WORDINGS, st.permutations(range(6)))
@settings(max_examples=50, deadline=None)
def test_of_equals_the_one_that_comes_first_is_named_first(mine: Wording, order: list[int]) -> None:
    features = features_of(mine)
    found = [key for key, _similar in first_five(mine, [(key, features) for key in order], most=6)]
    assert found in ([], list(order))


@given(st.text(max_size=100))
@settings(max_examples=60, deadline=None)
def test_any_text_has_features_and_reasons(text: str) -> None:
    wording = Wording(text, text, text, text, text)
    assert len(features_of(wording).grams()) <= MOST_GRAMS
    assert all(-(2**31) <= gram < 2**31 for gram in features_of(wording).grams())
    assert all(in_common(wording, wording).values())


@pytest.mark.parametrize(
    ("one", "two"),
    [("A68-02-B", "a68/02 b"), ("A68-02-B", "Ａ６８－０２－Ｂ"), ("KS-550", "KS 55O"), ("CP 210-3", "cp210–3")],
)
def test_a_part_number_is_one_however_it_is_written(one: str, two: str) -> None:
    assert part_number(one) == part_number(two)


def test_part_numbers_of_a_family_are_near_and_strangers_are_not() -> None:
    whole, short, sister, stranger = (part_number(text) for text in ("KS-440-60", "KS440", "KS-440-72", "FR-35"))
    assert (
        same_part(whole, whole) > same_part(whole, short) > same_part(whole, sister) > same_part(whole, stranger) == 0
    )


@pytest.mark.parametrize(
    "words", [("飞边", "毛边", "披锋", "flash", "burrs"), ("隐裂", "微裂纹", "micro-cracks"), ("漏水", "leaking")]
)
def test_words_of_the_trades_that_mean_the_same_are_one_concept(words: tuple[str, ...]) -> None:
    concepts = {one for word in words for one in features_of(Wording(defect=word)).defect if one.startswith("=")}
    assert len(concepts) == 1


def test_the_longest_word_wins() -> None:
    """漏装 (a part left out) is no 漏 (leak)."""
    assert not {"=漏水"} & set(features_of(Wording(defect="漏装")).defect)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("[failures]\nflash, burr\nsink, burrs\n", "means both"),
        ("flash\n", "no known section"),
        ("[odd]\nx\n", "no known"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(table: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_terms(table)


def test_the_table_names_failures_and_things_in_both_languages() -> None:
    found = read_terms(FILE.read_text("utf-8"))
    assert found == terms()
    assert len(found.chinese) > 500
    assert len(found.latin) > 400


@pytest.mark.parametrize(
    ("one", "two"), [("leaks", "leaking"), ("cracked", "cracks"), ("warped", "warping"), ("bodies", "body")]
)
def test_forms_of_a_word_have_one_stem(one: str, two: str) -> None:
    assert stem(one) == stem(two)


def test_candidates_are_looked_up_by_what_few_have() -> None:
    mine = features_of(Wording(part="A68-02-B", defect="飞边", problem="装配卡不进去"))
    grams = mine.grams()
    counts = dict.fromkeys(grams, 1) | {grams[-1]: 900}
    chosen = asked_for(mine, counts, 1000, 0.2)
    assert grams[-1] not in chosen
    assert set(chosen) == set(grams[:-1])
    assert len(asked_for(mine, dict.fromkeys(grams, 900), 1000, 0.2)) == 1, "at least one is asked for"
    assert chosen[grams[0]] > chosen[grams[-2]], "a part number says more than a pair of characters"


def test_reasons_are_words_of_the_other_that_a_reader_finds_in_both() -> None:
    mine = Wording(part="A6802B", name="控制器外壳", defect="披锋", problem="周边披锋，合不上盖, flash on snaps")
    other = Wording(
        part="A68-02-B", name="控制器外壳 A68", defect="毛边", problem="外壳合模线有毛边，合不上", cause="锁模力低"
    )
    assert in_common(mine, other) == {
        "part": ["A68-02-B"],
        "name": ["控制器外壳"],
        "problem": ["外壳", "毛边", "合不上"],
        "defect": ["毛边"],
    }
    assert in_common(mine, Wording(problem="电机烧毁")) == {}
