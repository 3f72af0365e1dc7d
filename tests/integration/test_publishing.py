"""From a draft to a version and back: what is refused, who must agree, what running complaints keep."""

import threading

import pytest

from server.casework.context import Context
from server.commands.change_draft import ChangeDraft
from server.commands.file_complaint import FileComplaint
from server.commands.open_draft import OpenDraft
from server.commands.propose_draft import ProposeDraft
from server.commands.publish_draft import PublishDraft
from server.commands.publish_version import PublishVersion
from server.commands.renew_draft import RenewDraft
from server.commands.return_draft import ReturnDraft
from server.commands.roll_back_version import RollBackVersion
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.queries.bundle_archive import version_archive
from server.queries.definition_list import definition_list
from server.queries.definition_story import definition_story
from server.queries.draft_detail import draft_detail
from server.queries.instance_detail import instance_detail
from tests.house import actor

TOLD = b"From the first call to the 8D report and the archive"
CHANGE = ("application.toml", TOLD, b"Told anew")


def begin(house: Context) -> int:
    return int(house.execute(OpenDraft(actor=actor(house, "owner"), key="complaint")).body["id"])


def edit(house: Context, draft: int, *change: tuple[str, bytes, bytes], who: str = "owner") -> int:
    bundle = house.library.current("complaint").bundle
    files = {path: bundle[path].replace(old, new) for path, old, new in change}
    assert all(files[path] != bundle[path] for path in files)
    return int(house.execute(ChangeDraft(actor=actor(house, who), draft_id=draft, files=files)).body["revision"])


def publish(house: Context, draft: int, revision: int, who: str = "owner") -> dict:
    command = PublishDraft(actor=actor(house, who), draft_id=draft, revision=revision, note="Told anew")
    return house.execute(command).body


def current(house: Context) -> int:
    return house.library.current("complaint").number


def refused(code: str, act: object) -> Rejected:
    with pytest.raises(Rejected) as caught:
        act()  # type: ignore[operator]
    assert caught.value.code == code, str(caught.value)
    return caught.value


def filed(house: Context) -> str:
    fields = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked."}}
    command = FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields)
    return str(house.execute(command).body["instance_id"])


def version_of(house: Context, instance: str) -> int:
    return int(instance_detail(house, actor(house, "admin"), instance, "en")["version"])


@pytest.fixture
def four_eyes(house: Context) -> Context:
    settings = house.settings.model_copy(update={"publish_four_eyes": True})
    object.__setattr__(house, "settings", settings)
    return house


def test_a_published_draft_is_what_new_complaints_start_with(house: Context) -> None:
    before = filed(house)
    draft = begin(house)
    told = publish(house, draft, edit(house, draft, CHANGE))
    assert (told["key"], told["version"], current(house)) == ("complaint", 2, 2)
    assert b"Told anew" in house.library.current("complaint").bundle["application.toml"]
    assert (version_of(house, before), version_of(house, filed(house))) == (1, 2)
    versions = definition_list(house, actor(house, "owner"), "en")["items"][0]["versions"]
    assert next((one["version"], one["note"], one["published_by"]) for one in versions) == (2, "Told anew", "owner")
    assert draft_detail(house, actor(house, "owner"), draft)["state"] == "published"
    story = definition_story(house, actor(house, "owner"), "complaint")
    assert (story[0]["type"], story[0]["version"], story[0]["by"]) == ("version.published", 2, "周明远")


def test_what_the_check_finds_wrong_is_not_published(house: Context) -> None:
    draft = begin(house)
    revision = edit(house, draft, ("complaint.bpmn", b'calledElement="containment"', b'calledElement="nowhere"'))
    found = refused("definition.findings", lambda: publish(house, draft, revision))
    assert found.details
    refused("definition.findings", lambda: propose(house, draft, revision))
    assert current(house) == 1


def test_a_field_that_running_complaints_may_hold_is_not_taken_away(house: Context) -> None:
    draft = begin(house)
    shorter = (b'"maxLength": 300', b'"maxLength": 3')
    revision = edit(house, draft, ("forms/case.schema.json", *shorter))
    found = refused("definition.findings", lambda: publish(house, draft, revision))
    assert {one["code"] for one in found.to_json("en")["details"]} == {"K707"}
    refused("definition.findings", lambda: propose(house, draft, revision))


def propose(house: Context, draft: int, revision: int, who: str = "owner") -> None:
    house.execute(ProposeDraft(actor=actor(house, who), draft_id=draft, revision=revision, note="Please look"))


def test_nothing_is_published_that_nobody_looked_at(house: Context) -> None:
    draft = begin(house)
    revision = edit(house, draft, CHANGE)
    edit(house, draft, ("participants.dmn", b"<decision ", b"<decision  "), who="admin")
    refused("draft.changed", lambda: publish(house, draft, revision))


def test_a_draft_without_a_change_is_no_version(house: Context) -> None:
    refused("draft.nothing", lambda: publish(house, begin(house), 1))


def test_only_once(house: Context) -> None:
    draft = begin(house)
    revision = edit(house, draft, CHANGE)
    publish(house, draft, revision)
    refused("draft.closed", lambda: publish(house, draft, revision))


def test_of_two_who_publish_at_once_one_makes_the_version(house: Context) -> None:
    draft = begin(house)
    revision = edit(house, draft, CHANGE)
    gate, outcomes = threading.Barrier(4), []

    def run() -> None:
        gate.wait()
        try:
            outcomes.append(publish(house, draft, revision)["version"])
        except Rejected as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["2", "draft.closed", "draft.closed", "draft.closed"]


def test_an_older_draft_is_brought_up_to_date_first(house: Context) -> None:
    mine, theirs = begin(house), begin(house)
    publish(house, theirs, edit(house, theirs, ("participants.dmn", b"<decision ", b"<decision  ")))
    revision = edit(house, mine, CHANGE)
    refused("draft.outdated", lambda: publish(house, mine, revision))
    assert draft_detail(house, actor(house, "owner"), mine)["behind"] == 2
    told = house.execute(RenewDraft(actor=actor(house, "owner"), draft_id=mine)).body
    publish(house, mine, told["revision"])
    bundle = house.library.current("complaint").bundle
    assert b"Told anew" in bundle["application.toml"]
    assert b"<decision  " in bundle["participants.dmn"]


@pytest.mark.parametrize(("kept", "words"), [("mine", b"Told anew"), ("theirs", b"In other words")])
def test_where_both_changed_a_file_somebody_chooses(house: Context, kept: str, words: bytes) -> None:
    mine, theirs = begin(house), begin(house)
    edit(house, mine, CHANGE, ("participants.dmn", b"<decision ", b"<decision  "))
    publish(house, theirs, edit(house, theirs, ("application.toml", TOLD, b"In other words")))
    renew = RenewDraft(actor=actor(house, "owner"), draft_id=mine)
    found = refused("draft.both_changed", lambda: house.execute(renew))
    assert found.details == [{"field": "application.toml"}]
    choice = RenewDraft(actor=actor(house, "owner"), draft_id=mine, keep={"application.toml": kept})
    publish(house, mine, house.execute(choice).body["revision"])
    assert words in house.library.current("complaint").bundle["application.toml"]
    assert b"<decision  " in house.library.current("complaint").bundle["participants.dmn"]


def test_back_to_an_earlier_version_in_one_step(house: Context) -> None:
    draft = begin(house)
    publish(house, draft, edit(house, draft, CHANGE))
    between = filed(house)
    back = RollBackVersion(actor=actor(house, "owner"), key="complaint", to=1, note="It was better before")
    assert house.execute(back).body == {"key": "complaint", "version": 1}
    assert current(house) == 1
    assert (version_of(house, between), version_of(house, filed(house))) == (2, 1)
    told = definition_story(house, actor(house, "owner"), "complaint")[0]
    assert (told["type"], told["version"], told["data"]["note"]) == ("version.rolled_back", 1, "It was better before")
    third = begin(house)
    assert publish(house, third, edit(house, third, CHANGE))["version"] == 3


def test_a_version_that_is_not_there_is_no_way_back(house: Context) -> None:
    refused(
        "not_found.version",
        lambda: house.execute(RollBackVersion(actor=actor(house, "owner"), key="complaint", to=7)),
    )


def test_publishing_is_a_permission_of_its_own(house: Context) -> None:
    draft = begin(house)
    revision = edit(house, draft, CHANGE)
    for who in ("sales1", "quality1", "manager"):
        with pytest.raises(Rejected, match=r"definition\.publish"):
            publish(house, draft, revision, who)
        with pytest.raises(Rejected, match=r"definition\.publish"):
            house.execute(RollBackVersion(actor=actor(house, who), key="complaint", to=1))


def test_where_four_eyes_are_wanted_another_publishes(four_eyes: Context) -> None:
    draft = begin(four_eyes)
    revision = edit(four_eyes, draft, CHANGE)
    refused("forbidden.second_person", lambda: publish(four_eyes, draft, revision))
    propose(four_eyes, draft, revision)
    refused(
        "draft.closed", lambda: edit(four_eyes, draft, ("participants.dmn", b"<decision ", b"<decision  "), who="admin")
    )
    refused("forbidden.second_person", lambda: publish(four_eyes, draft, revision))
    assert publish(four_eyes, draft, revision, "admin")["version"] == 2


def test_who_changed_it_last_is_no_second_person(four_eyes: Context) -> None:
    draft = begin(four_eyes)
    edit(four_eyes, draft, CHANGE)
    revision = edit(four_eyes, draft, ("participants.dmn", b"<decision ", b"<decision  "), who="admin")
    propose(four_eyes, draft, revision)
    refused("forbidden.second_person", lambda: publish(four_eyes, draft, revision, "admin"))


def test_a_zip_goes_round_no_second_person(four_eyes: Context) -> None:
    bundle = four_eyes.library.current("complaint").bundle
    changed = Bundle({**bundle, CHANGE[0]: bundle[CHANGE[0]].replace(*CHANGE[1:])}).to_zip()
    refused(
        "forbidden.second_person",
        lambda: four_eyes.execute(PublishVersion(actor=actor(four_eyes, "owner"), bundle=changed)),
    )


def test_a_proposed_draft_goes_back_to_work(four_eyes: Context) -> None:
    draft = begin(four_eyes)
    propose(four_eyes, draft, edit(four_eyes, draft, CHANGE))
    with pytest.raises(Rejected, match=r"definition\.publish"):
        four_eyes.execute(ReturnDraft(actor=actor(four_eyes, "quality1"), draft_id=draft))
    four_eyes.execute(ReturnDraft(actor=actor(four_eyes, "admin"), draft_id=draft, note="Leave it"))
    assert draft_detail(four_eyes, actor(four_eyes, "owner"), draft)["state"] == "open"
    refused(
        "draft.not_proposed",
        lambda: four_eyes.execute(ReturnDraft(actor=actor(four_eyes, "admin"), draft_id=draft)),
    )


def test_a_version_can_be_had_as_it_was_published(house: Context) -> None:
    data = version_archive(house, actor(house, "owner"), "complaint", 1)
    assert Bundle.from_zip(data).digest == house.library.current("complaint").bundle.digest


def test_recorded_complaints_that_go_another_way_hold_a_draft_back(house: Context) -> None:
    draft = begin(house)
    revision = edit(
        house, draft, ("complaint.bpmn", b'classification.is_quality == "no"', b'classification.is_quality == "yes"')
    )
    told = refused("definition.tests", lambda: publish(house, draft, revision))
    assert {detail["file"] for detail in told.details or []} >= {"tests/archived.json"}
    again = PublishDraft(actor=actor(house, "owner"), draft_id=draft, revision=revision, despite_tests=True)
    refused("draft.note_missing", lambda: house.execute(again))
    said = PublishDraft(
        actor=actor(house, "owner"), draft_id=draft, revision=revision, despite_tests=True, note="Turned round"
    )
    assert house.execute(said).body["version"] == 2
