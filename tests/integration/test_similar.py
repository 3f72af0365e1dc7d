"""The register names what was complained about before: visible, newest state, with what was found then."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.wordings import wording_of
from server.commands.add_user import AddUser
from server.commands.amend_case import AmendCase
from server.commands.file_complaint import FileComplaint
from server.commands.merge_complaint import MergeComplaint
from server.domain.rejection import Rejected
from server.domain.wording import EDITION
from server.persistence.database import no_probe
from server.persistence.models import CaseFile, CaseGram, CaseWording
from server.queries.similar_cases import nearest, similar_cases
from server.runner.wordings import index_wordings, renew_wordings
from tests.house import START, actor, drain_jobs
from tests.unit.domain.similar.labelled import Complaint, queries, register

FLASH = {"name": "控制器外壳 A68", "part": "A68-02-B", "defect": "飞边", "text": "分型面一圈飞边，装配卡不进去"}
AGAIN = {
    "name": "controller housing",
    "part": "a68 02b",
    "defect": "flash",
    "text": "Flash along the edge, does not close",
}
OTHER = {"name": "双玻组件", "part": "GG-600", "defect": "隐裂", "text": "EL 测试发现隐裂"}


def file(house: Context, facts: dict[str, str], customer: str = "Nordlicht") -> str:
    fields = {
        "customer": {"name": customer},
        "product": {"name": facts["name"], "part_no": facts["part"]},
        "problem": {"title": facts["defect"], "description": facts["text"]},
    }
    filed = house.execute(FileComplaint(actor=actor(house, "admin"), channel="phone", fields=fields))
    return str(filed.body["number"])


def ask(house: Context, number: str, who: str = "admin", **more: Any) -> list[dict[str, Any]]:
    return similar_cases(house, actor(house, who), number, "en", **more)


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [one["number"] for one in found]


def test_the_same_trouble_in_other_words_is_found_before_and_after_the_sweep(house: Context) -> None:
    earlier, unlike = file(house, FLASH), file(house, OTHER)
    new = file(house, AGAIN, "Suedlicht")
    before = ask(house, new)
    assert numbers(before)[0] == earlier
    assert unlike not in numbers(before)
    assert index_wordings(house, 10) == 3
    assert numbers(ask(house, new)) == numbers(before)
    assert index_wordings(house, 10) == 0


def test_it_says_why_and_what_was_found_then(house: Context) -> None:
    earlier = file(house, FLASH)
    new = file(house, AGAIN)
    data = {
        "root_cause": {"occurrence": "锁模力偏低，分型面磨损。"},
        "plan": {"summary": "修复分型面，\n锁定锁模力下限。"},
    }
    admin = actor(house, "admin")
    house.execute(AmendCase(actor=admin, number=earlier, data=data, reason="what was found"))
    (found,) = ask(house, new)
    assert (found["root_cause"], found["corrective_action"]) == (
        "锁模力偏低，分型面磨损。",
        "修复分型面， 锁定锁模力下限。",
    )
    assert (found["customer"], found["state"], found["received_at"]) == (
        "Nordlicht",
        "active",
        "2026-03-02T01:00:00.000Z",
    )
    assert found["title"] == "飞边"
    why = {reason["field"]: reason["words"] for reason in found["why"]}
    assert why["part"] == ["A68-02-B"]
    assert "飞边" in why["problem"]
    assert {reason["title"] for reason in found["why"]} <= {"Part number", "Product", "Problem", "Defect", "Cause"}
    chinese = similar_cases(house, admin, new, "zh-CN")[0]["why"]
    assert "料号" in [reason["title"] for reason in chinese]


def test_what_is_amended_is_found_by_its_new_words_only(house: Context) -> None:
    wrong = file(house, OTHER)
    new = file(house, FLASH)
    index_wordings(house, 10)
    assert numbers(ask(house, new)) == []
    admin = actor(house, "admin")
    fields = {
        "product": {"name": FLASH["name"], "part_no": FLASH["part"]},
        "problem": {"title": FLASH["defect"], "description": FLASH["text"]},
    }
    house.execute(AmendCase(actor=admin, number=wrong, data=fields, reason="mixed up"))
    assert numbers(ask(house, new)) == [wrong]
    index_wordings(house, 10)
    assert numbers(ask(house, new)) == [wrong]
    assert ask(house, file(house, OTHER)) == []
    with house.read() as connection:
        wordings = connection.execute(select(CaseWording.case_id, CaseWording.grams)).all()
        grams = {tuple(row) for row in connection.execute(select(CaseGram.case_id, CaseGram.gram))}
    assert grams == {(row.case_id, gram) for row in wordings for gram in row.grams}


def test_only_what_changes_the_wording_is_indexed_anew(house: Context) -> None:
    number = file(house, FLASH)
    index_wordings(house, 10)
    admin = actor(house, "admin")
    house.execute(AmendCase(actor=admin, number=number, data={"customer": {"phone": "110"}}, reason="told later"))
    assert index_wordings(house, 10) == 0
    house.execute(AmendCase(actor=admin, number=number, data={"root_cause": {"escape": "巡检漏检"}}, reason="found"))
    assert index_wordings(house, 10) == 1


def test_only_what_the_reader_may_see_is_named(house: Context) -> None:
    hidden = file(house, FLASH)
    add = AddUser(actor=SYSTEM, username="rita", display_name="Rita", password="Long-enough-9", groups=["service"])
    house.execute(add)
    rita = actor(house, "rita")
    new = file(house, AGAIN)
    with house.database.write("hers") as connection:
        connection.execute(update(CaseFile).where(CaseFile.number == new).values(created_by=rita.user_id))
    for _ in range(2):
        assert numbers(ask(house, new)) == [hidden]
        assert ask(house, new, "rita") == []
        index_wordings(house, 10)
    with pytest.raises(Rejected) as refusal:
        ask(house, hidden, "rita")
    assert refusal.value.code == "not_found.case"


def test_a_linked_duplicate_is_marked(house: Context) -> None:
    first, second = file(house, FLASH), file(house, FLASH)
    drain_jobs(house)
    house.execute(MergeComplaint(actor=actor(house, "admin"), number=second, of=first, reason="the same", confirm=True))
    third = file(house, AGAIN)
    assert [one["is_duplicate"] for one in ask(house, first)] == [True, False]
    assert [one["is_duplicate"] for one in ask(house, second)] == [True, False]
    assert [one["is_duplicate"] for one in ask(house, third)] == [False, False]


def test_of_equals_the_newest_comes_first_and_no_more_than_asked(house: Context) -> None:
    filed = [file(house, FLASH) for _ in range(4)]
    for _ in range(2):
        assert numbers(ask(house, filed[0])) == filed[:0:-1]
        assert numbers(ask(house, filed[0], limit=2)) == filed[:1:-1]
        index_wordings(house, 10)


def test_an_empty_complaint_is_similar_to_none(house: Context) -> None:
    empty = house.execute(
        FileComplaint(
            actor=actor(house, "admin"),
            channel="phone",
            fields={"customer": {"name": "N"}, "problem": {"description": "…?!"}},
        )
    ).body["number"]
    file(house, FLASH)
    index_wordings(house, 10)
    assert ask(house, empty) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_sweep_that_ends_at_its_commit_is_made_up_for(house: Context, when: str) -> None:
    earlier, new = file(house, FLASH), file(house, AGAIN)

    def end(point: str) -> None:
        if point == f"index_wordings.{when}":
            raise KeyboardInterrupt

    house.database.probe = end
    with pytest.raises(KeyboardInterrupt):
        index_wordings(house, 10)
    house.database.probe = no_probe
    assert numbers(ask(house, new)) == [earlier]
    assert index_wordings(house, 10) == (2 if when == "before" else 0)
    assert numbers(ask(house, new)) == [earlier]
    with house.read() as connection:
        cases = connection.execute(select(CaseGram.case_id).distinct()).all()
    assert len(cases) == 2


def test_an_older_edition_is_indexed_anew_once(house: Context) -> None:
    file(house, FLASH)
    index_wordings(house, 10)
    renew_wordings(house, EDITION)
    assert index_wordings(house, 10) == 0
    with house.database.write("older") as connection:
        connection.execute(update(CaseWording).values(edition=EDITION - 1, part="old"))
    renew_wordings(house, EDITION)
    assert index_wordings(house, 10) == 1
    with house.read() as connection:
        row = connection.execute(select(CaseWording.edition, CaseWording.part)).one()
    assert tuple(row) == (EDITION, FLASH["part"])


def data_of(one: Complaint) -> dict[str, Any]:
    said = one.wording
    return {
        "product": {"name": said.name, "part_no": said.part},
        "problem": {"description": said.problem, "defect": said.defect},
        "root_cause": {"occurrence": said.cause},
    }


def row_of(number: str, site: str, one: Complaint) -> dict[str, Any]:
    return {
        "site": site,
        "application": "complaint",
        "channel": "phone",
        "number": number,
        "title": one.wording.defect,
        "customer": "N",
        "columns": {},
        "data": data_of(one),
        "received_at": START,
        "created_at": START,
        "field_revisions": {},
    }


def test_through_the_database_the_right_one_is_among_the_first_five(house: Context) -> None:
    file(house, OTHER)
    with house.database.write("labelled") as connection:
        site = connection.execute(select(CaseFile.site).limit(1)).scalar_one()
        rows = [row_of(f"LAB-{place:04d}", site, one) for place, one in enumerate(register())]
        connection.execute(insert(CaseFile), rows)
        ids = {row.number: row.id for row in connection.execute(select(CaseFile.number, CaseFile.id))}
    labels = {ids[row["number"]]: one.id for row, one in zip(rows, register(), strict=True)}
    assert index_wordings(house, 60) == len(rows) + 1
    who, hits, asked = actor(house, "admin"), 0, queries()[::3]
    with house.read() as connection:
        for query in asked:
            best = nearest(connection, who, 0, wording_of(data_of(query)), 5)
            found = [labels.get(case_id, "X") for case_id, _similar in best]
            hits += any(label[:3] == query.problem and "X" not in label for label in found)
    assert hits / len(asked) > 0.8
