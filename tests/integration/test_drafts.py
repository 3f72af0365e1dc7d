"""Drafts of an application: opened, changed by several people at once, given up; nothing that was saved is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.casework.context import Context
from server.commands.change_draft import ChangeDraft
from server.commands.discard_draft import DiscardDraft
from server.commands.open_draft import OpenDraft
from server.commands.publish_draft import PublishDraft
from server.commands.renew_draft import RenewDraft
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.persistence.models import DefinitionDraftPast
from server.queries.definition_story import definition_story
from server.queries.draft_check import draft_check
from server.queries.draft_detail import draft_detail, draft_list
from server.queries.draft_file import draft_file
from server.queries.due_preview import due_preview
from server.queries.vocabulary import vocabulary
from tests.house import actor

DMN = "grading.dmn"


def begin(house: Context, who: str = "owner", **more: object) -> int:
    return int(house.execute(OpenDraft(actor=actor(house, who), key="complaint", **more)).body["id"])


def change(house: Context, draft: int, who: str, path: str, text: bytes | None, on: int | None = None) -> dict:
    based = {} if on is None else {path: on}
    command = ChangeDraft(actor=actor(house, who), draft_id=draft, files={path: text}, based_on=based)
    return house.execute(command).body


def content(house: Context, draft: int, path: str) -> bytes | None:
    return draft_file(house, actor(house, "owner"), draft, path).content


def test_a_new_draft_is_its_base(house: Context) -> None:
    draft = begin(house, title="Four hours")
    found = draft_detail(house, actor(house, "owner"), draft)
    assert (found["title"], found["state"], found["base"], found["behind"]) == ("Four hours", "open", 1, None)
    bundle = house.library.current("complaint").bundle
    assert [file["path"] for file in found["files"]] == sorted(bundle)
    assert {file["change"] for file in found["files"]} == {None}
    assert content(house, draft, DMN) == bundle[DMN]


def test_what_is_saved_is_there_with_its_author(house: Context) -> None:
    draft = begin(house)
    told = change(house, draft, "owner", "forms/new.json", b"{}", on=0)
    assert told == {"revision": 2, "files": {"forms/new.json": 2}}
    change(house, draft, "admin", DMN, None, on=0)
    files = {file["path"]: file for file in draft_detail(house, actor(house, "owner"), draft)["files"]}
    assert (files["forms/new.json"]["change"], files["forms/new.json"]["by"]) == ("added", "周明远")
    assert (files[DMN]["change"], files[DMN]["by"], files[DMN]["revision"]) == ("removed", "系统管理员", 3)


def test_of_two_who_save_one_file_the_second_is_told(house: Context) -> None:
    draft = begin(house)
    change(house, draft, "owner", DMN, b"<a/>", on=0)
    with pytest.raises(Rejected) as refused:
        change(house, draft, "admin", DMN, b"<b/>", on=0)
    assert refused.value.code == "draft.changed"
    assert content(house, draft, DMN) == b"<a/>"
    change(house, draft, "admin", "two_levels.dmn", b"<b/>", on=0)
    assert change(house, draft, "admin", DMN, b"<b/>")["files"] == {DMN: 4}


def test_a_file_as_in_the_base_again_counts_as_untouched(house: Context) -> None:
    draft = begin(house)
    before = content(house, draft, DMN)
    assert change(house, draft, "owner", DMN, b"<a/>", on=0)["files"] == {DMN: 2}
    assert change(house, draft, "owner", DMN, before, on=2)["files"] == {DMN: 0}
    files = draft_detail(house, actor(house, "owner"), draft)["files"]
    assert {file["change"] for file in files} == {None}


def test_the_same_text_again_changes_nothing(house: Context) -> None:
    draft = begin(house)
    change(house, draft, "owner", DMN, b"<a/>", on=0)
    assert change(house, draft, "admin", DMN, b"<a/>", on=2) == {"revision": 2, "files": {DMN: 2}}
    assert draft_file(house, actor(house, "owner"), draft, DMN).by == "周明远"


def test_what_another_or_an_earlier_sitting_wrote_is_kept(house: Context) -> None:
    draft = begin(house)
    change(house, draft, "owner", DMN, b"<first/>")
    change(house, draft, "owner", DMN, b"<second/>")
    change(house, draft, "admin", DMN, b"<third/>")
    house.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
    change(house, draft, "admin", DMN, b"<fourth/>")
    with house.read() as connection:
        kept = connection.execute(select(DefinitionDraftPast.content).order_by(DefinitionDraftPast.id)).scalars().all()
    assert kept == [b"<second/>", b"<third/>"]


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("../secret.txt", b"x", "bundle.path"),
        ("a.exe", b"x", "bundle.path"),
        ("big.txt", b"x" * 2_000_001, "draft.size"),
    ],
)
def test_what_a_bundle_cannot_hold_is_refused(house: Context, path: str, text: bytes, code: str) -> None:
    draft = begin(house)
    with pytest.raises(Rejected) as refused:
        change(house, draft, "owner", path, text)
    assert refused.value.code == code


def test_only_whoever_may_edit_does(house: Context) -> None:
    draft = begin(house)
    for act in (
        lambda: begin(house, "sales1"),
        lambda: change(house, draft, "sales1", DMN, b"x"),
        lambda: house.execute(DiscardDraft(actor=actor(house, "quality1"), draft_id=draft)),
    ):
        with pytest.raises(Rejected, match=r"definition\.edit"):
            act()


def test_a_draft_given_up_changes_no_more(house: Context) -> None:
    draft = begin(house, title="Never mind")
    house.execute(DiscardDraft(actor=actor(house, "owner"), draft_id=draft))
    with pytest.raises(Rejected) as refused:
        change(house, draft, "owner", DMN, b"x")
    assert refused.value.code == "draft.closed"
    assert draft_list(house, actor(house, "owner"), "complaint") == []
    told = [event["type"] for event in definition_story(house, actor(house, "owner"), "complaint")]
    assert told == ["draft.discarded", "draft.opened", "version.published"]


def test_a_bundle_can_be_brought_as_a_draft(house: Context) -> None:
    bundle = house.library.current("complaint").bundle
    files = {path: data for path, data in bundle.items() if path != "forms/on_site.json"} | {"forms/x.json": b"{}"}
    draft = begin(house, bundle=Bundle(files).to_zip())
    changed = {
        file["path"]: file["change"]
        for file in draft_detail(house, actor(house, "owner"), draft)["files"]
        if file["change"]
    }
    assert changed == {"forms/on_site.json": "removed", "forms/x.json": "added"}


def test_an_application_may_begin_as_a_draft(house: Context) -> None:
    toml = b'key = "needs"\ntitle = "Needs"\nprocess_id = "needs"\nfiling_form = "file"\n'
    bundle = Bundle({"application.toml": toml})
    command = OpenDraft(actor=actor(house, "owner"), key="needs", bundle=bundle.to_zip())
    draft = int(house.execute(command).body["id"])
    found = draft_detail(house, actor(house, "owner"), draft)
    assert (found["base"], [file["change"] for file in found["files"]]) == (None, ["added"])


def test_a_draft_of_nothing_is_refused(house: Context) -> None:
    for key, code in (("nothing", "not_found.definition"), ("Upper case", "draft.key")):
        with pytest.raises(Rejected) as refused:
            house.execute(OpenDraft(actor=actor(house, "owner"), key=key))
        assert refused.value.code == code
    with pytest.raises(Rejected, match="version 9"):
        begin(house, base=9)


def test_the_check_sees_what_is_not_saved_yet(house: Context) -> None:
    draft = begin(house)
    who = actor(house, "owner")
    assert draft_check(house, who, draft, "en")["ok"]
    found = draft_check(house, who, draft, "en", {DMN: b"<not xml"})
    assert not found["ok"]
    assert any(finding["file"] == DMN for finding in found["findings"])
    without = draft_check(house, who, draft, "en", {"application.toml": None})
    assert [finding["code"] for finding in without["findings"]] == ["K701"]


def test_the_vocabulary_is_that_of_the_draft(house: Context) -> None:
    draft = begin(house)
    change(
        house, draft, "owner", "forms/visit.json", '{"schema": {"type": "object", "title": "走访\\nVisit"}}'.encode()
    )
    words = vocabulary(house, actor(house, "owner"), draft, "en")
    assert {"key": "visit", "title": "Visit", "path": "forms/visit.json"} in words["forms"]
    assert {"key": "quality", "title": "Quality"} in words["groups"]
    assert {"key": "calm", "title": "Calm first, then record; stay composed."} in words["prompts"]
    assert "customer.acknowledge@1" in [topic["topic"] for topic in words["topics"]]
    assert {"containment", "complaint"} <= {process["id"] for process in words["processes"]}
    assert "complaint.withdrawn" in words["messages"]
    assert "rounds_exhausted" in words["errors"]
    fields = {field["path"]: field for field in words["fields"]}
    assert fields["customer.name"]["type"] == "string"
    assert {"value": "phone", "title": "Phone"} in fields["intake.channel"]["values"]
    assert any(path.startswith("team.members[].") for path in fields)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("working_hours(8)", "2026-03-03T01:00:00.000Z"),
        ("working_days(1)", "2026-03-03T01:00:00.000Z"),
        ("intake.received_at", None),
        ('"2026-03-09T08:00:00+08:00"', "2026-03-09T00:00:00.000Z"),
    ],
)
def test_a_due_date_is_shown_while_it_is_written(house: Context, expression: str, due: str | None) -> None:
    """The house's clock stands on Monday 2 March 2026, 9:00 in Shanghai; a day has 8 working hours, and a working day
    later is the same time of day."""
    draft = begin(house)
    assert due_preview(house, actor(house, "owner"), draft, expression, "en")["due"] == due


@pytest.mark.parametrize("expression", ["working_hours(", "nobody.knows", "3", '"soon"', "working_days(1.5)", ""])
def test_what_gives_no_moment_is_told(house: Context, expression: str) -> None:
    draft = begin(house)
    with pytest.raises(Rejected) as refused:
        due_preview(house, actor(house, "owner"), draft, expression, "en")
    assert refused.value.code == "draft.expression"


def test_who_has_the_text_of_a_former_base_open_is_told_after_the_renewal(house: Context) -> None:
    """Else his next save would take back what the newer version brought, and nobody would see it."""
    draft, other = begin(house), begin(house)
    change(house, draft, "owner", "notes.md", b"mine", on=0)
    told = house.library.current("complaint").bundle["application.toml"]
    change(house, other, "admin", "application.toml", told + b"# newer\n", on=0)
    change(house, other, "admin", "new.md", b"brought", on=0)
    revision = draft_detail(house, actor(house, "owner"), other)["revision"]
    house.execute(PublishDraft(actor=actor(house, "owner"), draft_id=other, revision=revision))
    house.execute(RenewDraft(actor=actor(house, "owner"), draft_id=draft))
    for path in ("application.toml", "new.md"):
        with pytest.raises(Rejected) as refused:
            change(house, draft, "admin", path, told + b"# old base\n", on=0)
        assert refused.value.code == "draft.changed"
    found = draft_detail(house, actor(house, "owner"), draft)
    files = {file["path"]: file for file in found["files"]}
    assert {path for path, file in files.items() if file["change"]} == {"notes.md"}
    on = files["application.toml"]["revision"]
    change(house, draft, "admin", "application.toml", told + b"# newest\n", on=on)
    assert content(house, draft, "application.toml") == told + b"# newest\n"


def test_a_file_that_came_and_goes_with_newer_bases_is_no_change_of_the_draft(house: Context) -> None:
    draft = begin(house)
    for content_ in (b"came", None):
        other = begin(house)
        change(house, other, "admin", "new.md", content_)
        revision = draft_detail(house, actor(house, "owner"), other)["revision"]
        house.execute(PublishDraft(actor=actor(house, "owner"), draft_id=other, revision=revision))
        house.execute(RenewDraft(actor=actor(house, "owner"), draft_id=draft))
        files = {file["path"]: file["change"] for file in draft_detail(house, actor(house, "owner"), draft)["files"]}
        assert files.get("new.md", "gone") == ("gone" if content_ is None else None)
        assert set(files.values()) == {None}
