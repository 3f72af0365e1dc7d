"""A patch made from the changes in a history does again what the answer did; stand-ins stand for people alone."""

from itertools import count
from typing import Any

from hypothesis import given

from server.casework.recorded_patch import patch_of
from server.casework.replay_rows import Rows
from server.domain.case_file import apply_patch
from server.domain.stand_ins import StandIns
from tests.unit.domain.case_samples import VIEW
from tests.unit.domain.test_case_file_properties import case_and_patches


def applied(case: dict[str, Any], patch: dict[str, Any], new_id: Any) -> Any:
    return apply_patch(case, patch, view=VIEW, revision=0, base_revision=None, field_revisions={}, new_id=new_id)


@given(case_and_patches())
def test_the_patch_of_a_change_makes_the_same_change(sample: tuple[Any, ...]) -> None:
    case, patch = sample
    numbers = count(1)
    once = applied(case, patch, lambda: f"row-{next(numbers)}")
    again = patch_of([change.to_json() for change in once.changes], once.case, VIEW)
    rows = Rows()
    assert applied(case, rows.fit(VIEW, again, case), rows.new_id).case == once.case


def test_what_is_cleared_in_a_row_stays_cleared_beside_a_list_in_it_that_changed() -> None:
    """Both in the row and in a row of that list."""
    first, second = {"id": "a", "what": "sort", "done": True}, {"id": "b", "what": "weld"}
    case = {"team": {"members": [{"id": "r", "name": "Li", "duty": "tool", "actions": [first, second]}]}}
    patch = {"team": {"members": [{"id": "r", "name": None, "actions": [{"id": "a", "what": None}]}]}}
    once = applied(case, patch, None)
    assert once.case == {"team": {"members": [{"id": "r", "duty": "tool", "actions": [{"id": "a", "done": True}]}]}}
    again = patch_of([change.to_json() for change in once.changes], once.case, VIEW)
    assert again == patch
    assert applied(case, again, None).case == once.case


def test_rows_of_a_table_are_found_under_another_id() -> None:
    case = {"team": {"members": [{"id": "made-7", "name": "a"}, {"id": "row-1", "name": "b"}]}}
    patch = {"team": {"members": [{"id": "made-2", "duty": "x"}, {"id": "row-1"}, {"id": "row-2", "name": "c"}]}}
    rows = Rows()
    members = applied(case, rows.fit(VIEW, patch, case), rows.new_id).case["team"]["members"]
    assert members == [
        {"id": "made-7", "name": "a", "duty": "x"},
        {"id": "row-1", "name": "b"},
        {"id": "row-2", "name": "c"},
    ]


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "customer": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "contact": {"type": "string"},
                "email": {"type": "string", "format": "email"},
                "phone": {"type": "string"},
                "language": {"oneOf": [{"const": "en"}, {"const": "de"}]},
            },
        },
        "product": {"type": "object", "properties": {"name": {"type": "string"}}},
        "note": {"type": "string"},
        "told_by": {"type": "string"},
        "told_on": {"type": "string", "format": "date"},
        "photos": {"type": "array", "items": {"type": "string", "format": "attachment"}},
    },
}
CASE: dict[str, Any] = {
    "customer": {"name": "海天塑胶", "contact": "王丽", "email": "w@haitian.example", "phone": "0574-5550 1180", "language": "en"},
    "product": {"name": "Housing"},
    "note": "王丽 (w@haitian.example, 13812345678, +49 355 555 0148) of 海天塑胶 rang: Anna en route, 2026-03-02, lot 13812-99",
    "told_by": "Anna",
    "told_on": "2026-03-02",
    "photos": ["5f0c1b7e", "77aa"],
}  # fmt: skip


def test_people_get_stand_ins_and_things_stay() -> None:
    stand_ins = StandIns()
    stand_ins.learn(SCHEMA, CASE)
    assert stand_ins.put(CASE, SCHEMA) == {
        "customer": {
            "name": "Customer 1",
            "contact": "Person 1",
            "email": "person1@example.com",
            "phone": "+86 10 5550 0001",
            "language": "en",
        },
        "product": {"name": "Housing"},
        "note": "Person 1 (person1@example.com, +86 10 5550 0002, +86 10 5550 0003) of Customer 1 rang: Person 2 en route, "
        "2026-03-02, lot 13812-99",
        "told_by": "Person 2",
        "told_on": "2026-03-02",
        "photos": ["file-1", "file-2"],
    }


def test_the_same_person_has_the_same_stand_in_and_parts_of_words_stay() -> None:
    stand_ins = StandIns()
    stand_ins.learn(SCHEMA, {"told_by": "An", "customer": {"contact": "An"}})
    assert stand_ins.put("An ran. Another man: An") == "Person 1 ran. Another man: Person 1"


def test_names_of_the_house_are_taken_out_of_texts() -> None:
    stand_ins = StandIns()
    stand_ins.learn_people(["陈国栋"])
    assert stand_ins.put({"note": "请陈国栋签字"}, SCHEMA) == {"note": "请Person 1签字"}
