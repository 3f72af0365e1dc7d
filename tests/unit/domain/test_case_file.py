"""The rules by which a form's data enters the case file, one by one."""

import itertools
from typing import Any

import pytest

from server.domain.case_file import Applied, apply_patch, fold
from server.domain.rejection import Rejected
from tests.unit.domain.case_samples import VIEW

LI = {"id": "r1", "name": "李", "duty": "组长"}
WANG = {"id": "r2", "name": "王", "actions": [{"id": "a1", "what": "停线"}]}
CASE = {"number": "HQ-2026-0001", "customer": {"name": "华阳注塑", "secret": 1}, "team": {"members": [LI, WANG]}}


def apply(patch: Any, case: dict[str, Any] = CASE, view: dict[str, Any] = VIEW, **given: Any) -> Applied:
    counter = itertools.count(1)
    settings: dict[str, Any] = {"revision": 5, "base_revision": None, "field_revisions": {}, **given}
    return apply_patch(case, patch, view=view, new_id=lambda: f"n{next(counter)}", **settings)


def refused(patch: Any, **given: Any) -> Rejected:
    with pytest.raises(Rejected) as caught:
        apply(patch, **given)
    return caught.value


def members(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"team": {"members": list(rows)}}


def test_a_known_row_is_merged_a_new_one_gets_an_id_a_missing_one_goes() -> None:
    applied = apply(members({"id": "r2", "duty": "品质"}, {"name": "赵", "actions": [{"what": "隔离"}]}))
    assert applied.case["team"]["members"] == [
        {**WANG, "duty": "品质"},
        {"id": "n1", "name": "赵", "actions": [{"id": "n2", "what": "隔离"}]},
    ]
    assert [(one.pointer, one.before, one.after) for one in applied.changes] == [
        ("/team/members/r1", LI, None),
        ("/team/members/r2/duty", None, "品质"),
        ("/team/members/n1", None, applied.case["team"]["members"][1]),
    ]
    assert set(applied.field_revisions.values()) == {6}


def test_a_new_order_of_rows_is_kept_and_told() -> None:
    applied = apply(members({"id": "r2"}, {"id": "r1"}))
    assert [row["id"] for row in applied.case["team"]["members"]] == ["r2", "r1"]
    assert [one.to_json() for one in applied.changes] == [
        {"pointer": "/team/members/-", "before": ["r1", "r2"], "after": ["r2", "r1"]}
    ]
    assert fold(applied.changes, CASE) == applied.case


def test_a_row_that_came_after_the_base_revision_is_not_removed_by_leaving_it_out() -> None:
    seen = {"/team/members/r2": 4}
    applied = apply(members({"id": "r1"}), base_revision=3, field_revisions=seen)
    assert [row["id"] for row in applied.case["team"]["members"]] == ["r1", "r2"]
    applied = apply(members({"id": "r1"}), base_revision=4, field_revisions=seen)
    assert [row["id"] for row in applied.case["team"]["members"]] == ["r1"]


def test_leaving_out_a_row_that_someone_changed_meanwhile_is_a_conflict() -> None:
    error = refused(members({"id": "r1"}), base_revision=3, field_revisions={"/team/members/r2/name": 4})
    assert error.code == "case.changed"
    assert error.details == [{"field": "/team/members/r2", "yours": None, "theirs": WANG}]


def test_a_row_removed_meanwhile_is_a_conflict_and_never_comes_back_by_itself() -> None:
    error = refused(members({"id": "r9", "name": "孙"}), base_revision=3, field_revisions={"/team/members/r9": 4})
    assert error.code == "case.changed"
    assert error.details == [{"field": "/team/members/r9", "yours": {"id": "r9", "name": "孙"}, "theirs": None}]


@pytest.mark.parametrize("row_id", ["r9", "", 7, ["r1"]])
def test_an_unknown_row_is_refused(row_id: Any) -> None:
    error = refused(members({"id": "r1"}, {"id": row_id, "name": "孙"}))
    assert (error.code, error.field) == ("case.unknown_row", "/team/members/1/id")


def test_a_row_sent_twice_is_refused() -> None:
    assert refused(members({"id": "r1"}, {"id": "r1"})).code == "case.unknown_row"


def test_rows_that_a_worker_wrote_without_ids_are_replaced_by_rows_with_ids() -> None:
    applied = apply(members({"name": "甲"}), case={"team": {"members": [{"name": "甲"}, {"name": "乙"}]}})
    assert applied.case == {"team": {"members": [{"name": "甲", "id": "n1"}]}}


def test_null_clears_a_field_and_clears_of_a_group_what_the_form_shows() -> None:
    assert apply({"customer": {"name": None}}).case["customer"] == {"secret": 1}
    assert apply({"customer": None}).case["customer"] == {"secret": 1}
    assert "customer" not in apply({"customer": None}, case={"customer": {"name": "x"}}).case
    assert apply({"team": {"members": None}}).case["team"] == {}


def test_an_array_of_plain_values_is_replaced() -> None:
    case = {"problem": {"tags": ["划伤", "缩水"]}}
    assert apply({"problem": {"tags": ["缩水"]}}, case=case).case["problem"]["tags"] == ["缩水"]


def test_an_object_without_listed_properties_is_merged_as_a_whole() -> None:
    view = {"type": "object", "properties": {"extra": {"type": "object"}}}
    applied = apply({"extra": {"a": None, "b": {"c": 2}}}, case={"extra": {"a": 1, "b": {"d": 1}}}, view=view)
    assert applied.case == {"extra": {"b": {"c": 2, "d": 1}}}


def test_an_unknown_field_is_refused_with_the_name_that_was_meant() -> None:
    error = refused({"customer": {"nmae": "x"}, "bogus": 1})
    assert (error.code, error.field) == ("case.unknown_field", "/customer/nmae")
    assert error.text("en") == "The form has no field nmae. Did you mean name?"
    assert error.details == [{"field": "/customer/nmae"}, {"field": "/bogus"}]
    assert refused({"customer": {"secret": 1}}).code == "case.unknown_field"


def test_a_read_only_field_may_come_back_unchanged_and_only_so() -> None:
    assert apply({"number": "HQ-2026-0001"}).changes == []
    error = refused({"number": "HQ-2026-0002"})
    assert (error.code, error.field) == ("case.read_only", "/number")
    assert refused({"number": None}).code == "case.read_only"
    assert error.text("en") == "Number can only be read here. Send it unchanged or leave it out."


def test_a_read_only_field_the_server_rewrote_meanwhile_may_come_back_as_it_was() -> None:
    stale = {"number": "HQ-2026-0000"}
    assert apply(stale, base_revision=3, field_revisions={"/number": 4}).changes == []
    assert refused(stale, base_revision=4, field_revisions={"/number": 4}).code == "case.read_only"


def test_read_only_rows_may_come_back_unchanged_and_only_so() -> None:
    properties = {"team": {**VIEW["properties"]["team"], "readOnly": True}}
    view = {"type": "object", "properties": properties}
    assert apply({"team": CASE["team"]}, view=view).changes == []
    for changed in (
        members(LI),
        members(LI, {**WANG, "name": "x"}),
        members(LI, WANG, {"name": "x"}),
        members(WANG, LI),
    ):
        assert refused(changed, view=view).code == "case.read_only"


def test_a_field_changed_by_someone_else_is_refused_with_both_values() -> None:
    patch = {"customer": {"name": "华阳", "email": "a@b"}, **members({"id": "r1", "name": "丽"}, {"id": "r2"})}
    moved = {"/customer/name": 4, "/customer/email": 2, "/team/members/r1/name": 5}
    error = refused(patch, base_revision=3, field_revisions=moved)
    assert error.code == "case.changed"
    assert error.details == [
        {"field": "/customer/name", "yours": "华阳", "theirs": "华阳注塑"},
        {"field": "/team/members/r1/name", "yours": "丽", "theirs": "李"},
    ]
    assert "Name" in error.text("en")


def test_the_same_value_from_two_people_is_no_conflict() -> None:
    assert (
        apply({"customer": {"name": "华阳注塑"}}, base_revision=3, field_revisions={"/customer/name": 4}).changes == []
    )


def test_without_a_base_revision_the_last_one_wins() -> None:
    applied = apply({"customer": {"name": "华阳"}}, field_revisions={"/customer/name": 4})
    assert applied.case["customer"]["name"] == "华阳"


@pytest.mark.parametrize("base", [6, -1, True, "5", 2.0])
def test_a_revision_that_never_was_is_refused(base: Any) -> None:
    assert refused({}, base_revision=base).code == "case.revision"


def test_required_is_checked_on_the_merged_result_of_this_form_alone() -> None:
    view = {"type": "object", "properties": {"customer": VIEW["properties"]["customer"]}, "required": ["customer"]}
    assert apply({}, view=view).changes == []
    error = refused({}, view=view, case={"number": "x"})
    assert (error.code, error.field, error.text("zh-CN")) == ("case.invalid", "/customer", "客户：此项必填。")
    assert apply({}, view=view, case={}, draft=True).case == {}


def test_errors_name_field_and_limit_in_the_readers_language() -> None:
    error = refused({"problem": {"quantity": -1}, **members({"id": "r1", "name": "123456789"})})
    assert error.to_json("en")["details"] == [
        {"field": "/problem/quantity", "code": "too_small", "message": "quantity: at least 0."},
        {"field": "/team/members/0/name", "code": "too_long", "message": "Members 1 › Name: at most 8 characters."},
    ]
    assert error.to_json("zh-CN")["details"][1]["message"] == "成员 1 › 姓名：最多 8 个字符。"


def test_a_wrong_value_in_a_field_that_is_only_read_does_not_stop_its_reader() -> None:
    assert apply({"customer": {"name": "x"}}, case={"number": 7}).case == {"number": 7, "customer": {"name": "x"}}


@pytest.mark.parametrize("wrong", [{"customer": "x"}, members("x"), {"team": {"members": {"id": "r1"}}}])
def test_a_value_of_another_shape_is_refused(wrong: Any) -> None:
    assert refused(wrong).code == "case.invalid"


@pytest.mark.parametrize("patch", [None, [], "x", 1])
def test_a_patch_is_an_object(patch: Any) -> None:
    assert refused(patch).code == "malformed.value"


def test_true_is_not_one() -> None:
    view = {"type": "object", "properties": {"sure": {"type": "boolean"}}}
    assert apply({"sure": True}, case={"sure": 1}, view=view).case["sure"] is True


def test_a_history_with_a_gap_is_noticed() -> None:
    with pytest.raises(ValueError, match="r7"):
        fold([{"pointer": "/team/members/r7/name", "before": "a", "after": "b"}], CASE)
