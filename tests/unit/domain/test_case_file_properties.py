"""What holds for every case file and every patch."""

import itertools
import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.domain.case_file import Applied, apply_patch, diff, fold, identify_rows, stamp
from tests.unit.domain.case_samples import VIEW, cases, patches, texts


def ids(prefix: str = "n") -> Callable[[], str]:
    counter = itertools.count(1)
    return lambda: f"{prefix}{next(counter)}"


def apply(
    case: dict[str, Any], patch: dict[str, Any], new_id: Callable[[], str] | None = None, **given: Any
) -> Applied:
    settings: dict[str, Any] = {"revision": 1, "base_revision": None, "field_revisions": {}, **given}
    return apply_patch(case, patch, view=VIEW, new_id=new_id or ids(), **settings)


@st.composite
def case_and_patches(draw: st.DrawFn, count: int = 1, new_rows: bool = True) -> tuple[Any, ...]:
    case = draw(cases)
    return (case, *(draw(patches(case, new_rows)) for _ in range(count)))


@given(case_and_patches())
def test_neither_case_nor_patch_is_touched(sample: tuple[Any, ...]) -> None:
    before = deepcopy(sample)
    apply(*sample)
    assert sample == before


@given(case_and_patches(new_rows=False))
def test_the_same_patch_again_changes_nothing(sample: tuple[Any, ...]) -> None:
    case, patch = sample
    once = apply(case, patch)
    again = apply(once.case, patch)
    assert again.case == once.case
    assert again.changes == []


@given(case_and_patches())
def test_what_the_patch_does_not_name_stays(sample: tuple[Any, ...]) -> None:
    case, patch = sample
    after = apply(case, patch).case
    assert after["hidden"] == case["hidden"]
    assert after["number"] == case["number"]
    assert after.get("customer", {}).get("secret") == case.get("customer", {}).get("secret")
    for name in ("customer", "problem", "team"):
        if name not in patch:
            assert after.get(name) == case.get(name)
    for name in ("description", "quantity", "tags"):
        if "problem" in patch and patch["problem"] is not None and name not in patch["problem"]:
            assert after.get("problem", {}).get(name) == case.get("problem", {}).get(name)


@given(case_and_patches())
def test_the_named_fields_have_the_sent_values(sample: tuple[Any, ...]) -> None:
    case, patch = sample
    after = apply(case, patch).case
    for group in ("customer", "problem"):
        for name, sent in (patch.get(group) or {}).items():
            assert after[group].get(name) == sent


@given(case_and_patches(new_rows=False), st.randoms(use_true_random=False))
def test_two_patches_on_different_fields_commute(sample: tuple[Any, ...], random: Any) -> None:
    case, patch = sample
    one, other = split(patch, random)
    first = apply(apply(case, one).case, other).case
    second = apply(apply(case, other).case, one).case
    assert first == second
    assert first == apply(case, patch).case


@given(case_and_patches(new_rows=False), st.randoms(use_true_random=False))
def test_patches_on_different_fields_are_no_conflict(sample: tuple[Any, ...], random: Any) -> None:
    case, patch = sample
    one, other = split(patch, random)
    first = apply(case, one, revision=1, base_revision=1)
    second = apply(first.case, other, revision=2, base_revision=1, field_revisions=first.field_revisions)
    assert second.case == apply(case, patch).case


def split(patch: dict[str, Any], random: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two patches that share no field; a whole group goes to one side when it is cleared."""
    halves: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for group, members in patch.items():
        if not members:
            random.choice(halves)[group] = members
            continue
        for name, value in members.items():
            random.choice(halves).setdefault(group, {})[name] = value
    return halves


@given(case_and_patches())
def test_the_rows_sent_are_the_rows_there(sample: tuple[Any, ...]) -> None:
    case, patch = sample
    sent = (patch.get("team") or {}).get("members")
    if sent is None:
        return
    after = apply(case, patch).case["team"]["members"]
    assert [row.get("id", after[position]["id"]) for position, row in enumerate(sent)] == [row["id"] for row in after]
    assert len({row["id"] for row in after}) == len(sent)


@given(case_and_patches(count=3))
def test_changed_fields_get_the_new_revision_and_no_other(sample: tuple[Any, ...]) -> None:
    case, patch, *_ = sample
    standing = {"/customer/name": 1, "/problem/tags": 4}
    applied = apply(case, patch, revision=4, field_revisions=standing)
    # A group that only came or went empty is no field anyone could have changed meanwhile.
    fields = [change for change in applied.changes if (change.before, change.after) not in ((None, {}), ({}, None))]
    changed = {change.pointer for change in fields}
    assert applied.field_revisions == {**standing, **dict.fromkeys(changed, 5)}


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[dict[str, Any], list[Any]]]:
    """A case that people and the engine write to in turn: its states with the changes that led there."""
    case: dict[str, Any] = {}
    story = []
    new_id = ids()
    for _ in range(draw(st.integers(1, 5))):
        if draw(st.booleans()):
            applied = apply(case, draw(patches(case)), new_id)
            case, changes = applied.case, applied.changes
        else:
            written = draw(cases)
            changes = diff(case, written)
            case = written
        story.append((case, changes))
    return story


@given(stories())
def test_the_history_rebuilds_every_past_state(story: list[tuple[dict[str, Any], list[Any]]]) -> None:
    told: list[dict[str, Any]] = []
    for case, changes in story:
        told += [change.to_json() for change in changes]
        assert fold(json.loads(json.dumps(told))) == case


keys = st.sampled_from(["a", "b", "id", "-", "", "/", "~", "r1"]) | texts
scalars = st.booleans() | st.integers(-3, 3) | texts | st.sampled_from(["r1", "-", "a"]) | st.just(0.5)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(keys, inner, max_size=4)
        | st.lists(
            st.builds(lambda row, key: {**row, "id": key}, st.dictionaries(keys, inner, max_size=2), keys),
            max_size=3,
            unique_by=lambda row: row["id"],
        )
    ),
    max_leaves=12,
)
documents = st.dictionaries(keys, json_values, max_size=4)


@given(documents, documents)
def test_the_changes_between_any_two_documents_lead_from_one_to_the_other(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    changes = diff(before, after)
    rebuilt = fold(changes, before)
    assert rebuilt == after
    assert diff(rebuilt, after) == []
    assert len({change.pointer for change in changes}) == len(changes)
    assert set(stamp(changes, {}, 7).values()) <= {7}


@given(cases)
def test_rows_without_an_id_get_one_and_others_keep_theirs(case: dict[str, Any]) -> None:
    assert identify_rows(VIEW, case, ids()) == case
    bare = deepcopy(case)
    for row in bare.get("team", {}).get("members", []):
        del row["id"]
    identified = identify_rows(VIEW, bare, ids())
    assert all(row["id"].startswith("n") for row in identified.get("team", {}).get("members", []))
