"""Changes of the bundled application, one by one: the difference names what was done, and nothing beside it."""

import pytest

from server.casework.difference import bundle_changes
from server.domain.bundle import Bundle, bundled_root
from tests.mutations import MUTATIONS, mutated

Said = set[tuple[str, str, str]]
_GATEWAY = "Flow_Gateway_Reply_Merge_PlanReply"
ADDED = {"task_behind": "second_look", "task_before": "first_look", "task_in_called": "cost_check",
         "branch": "tell_customer", "guarded": "too_late"}  # fmt: skip
REMOVED = {"task_removed": ["meeting"], "last_removed": ["satisfaction", "satisfaction_told"],
           "removed_in_called": ["train"], "guard_gone": ["eight_d_answered"]}  # fmt: skip
EXPECTED: dict[str, Said] = {
    **{name: {("added", element, "")} for name, element in ADDED.items()},
    **{name: {("removed", element, "") for element in elements} for name, elements in REMOVED.items()},
    "new_parallel": {("added", each, "") for each in ("tell_production", "New_Split", "New_Join")},
    "renamed": {("renamed", "which_side", ""), ("changed", "which_side", "form")},
    "renamed_in_parallel": {("renamed", "write_standard", ""), ("changed", "write_standard", "form")},
    "condition": {
        ("changed", flow, "condition")
        for flow in ("Flow_Gateway_ReturnApproved_emergency", "Flow_Gateway_PlanRounds_plan", "Flow_Gateway_ReplyRounds_eight_d")
    },
    "condition_of_wrong_type": {("changed", _GATEWAY, "condition")},
    "condition_unknown": {("changed", "Flow_Gateway_Validity_explain_not_valid", "condition")},
    "no_default": {("changed", "Gateway_Validity", "default"), ("changed", "Flow_Gateway_Validity_cause_side", "condition")},
    "lane": {("changed", "team", "group"), ("changed", "train", "group")},
    "form": {("changed", "meeting", "form")},
    "call_replaced": {("changed", "corrective_action_case", "called")},
    "join_of_a_choice": {("changed", "Merge_Satisfied", "kind")},
    "exclusive_join": {("changed", "Join_Implementation", "kind")},
    "message_renamed": {("changed", "complaint_withdrawn", "message")},
    "field_added": {("added", "/weather", "field"), ("changed", _GATEWAY, "condition")},
}  # fmt: skip


@pytest.fixture(scope="module")
def bundled() -> Bundle:
    return Bundle.from_folder(bundled_root(), "complaint")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_was_done_is_what_is_said(name: str, bundled: Bundle) -> None:
    found = bundle_changes(bundled, mutated(name, bundled))
    assert {(each.kind, each.subject, each.aspect) for each in found} == EXPECTED[name]
    assert len(found) == len(EXPECTED[name])


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_what_came_went_and_what_went_came(name: str, bundled: Bundle) -> None:
    """The other way round added is removed, and old is new."""
    changed = mutated(name, bundled)
    swapped = {"added": "removed", "removed": "added"}
    there = {(each.kind, each.before, each.after) for each in _plain(bundle_changes(bundled, changed))}
    back = {
        (swapped.get(each.kind, each.kind), each.after, each.before)
        for each in _plain(bundle_changes(changed, bundled))
    }
    assert there == back


def _plain(changes: list) -> list:
    return [
        each for each in changes if each.aspect != "unreadable" and not each.aspect.startswith(("ui", "definition"))
    ]


def test_a_bundle_and_itself(bundled: Bundle) -> None:
    assert bundle_changes(bundled, Bundle(dict(bundled))) == []
