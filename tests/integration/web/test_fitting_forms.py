"""Forms that fit the job, without scripts: rows, chains of whys, what is missing, who changed what, and what the house knows."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html
from sqlalchemy import insert, select

from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.persistence.models import Site, UserAccount
from server.queries.complaint_detail import complaint_detail
from tests.browser.forms_house import filed, publish, task_of
from tests.house import actor

CAUSES, WHYS, IS = "root_cause-candidates", "root_cause-five_why", "problem-is_is_not"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def shared_site(shared_house: Context) -> Context:
    return publish(shared_house)


@pytest.fixture
def house(shared_site: Context) -> Context:
    """One for the file: every test files a complaint of its own."""
    return shared_site


@pytest.fixture
def site(house: Context) -> Context:
    return house


@pytest.fixture
def desk(site: Context, visit: Callable[..., Any]) -> Callable[[str], tuple[Any, str, str]]:
    """(visitor at the page of a new complaint's task, the task's address, the complaint's number)."""

    def come(step: str) -> tuple[Any, str, str]:
        number = filed(site)
        visitor, address = visit("quality1"), f"/tasks/{task_of(site, number, step)}"
        visitor.get(address)
        return visitor, address, number

    return come


def case(site: Context, number: str) -> Any:
    return complaint_detail(site, actor(site, "admin"), number, "en")["case"]


def names(visitor: Any, table: str, column: str) -> list[str]:
    """What the rows of a table hold in one column, from top to bottom."""
    found = visitor.page.xpath(
        f"//*[@data-field='{table}']//*[@data-rows-body]/*//*[@data-column='{column}']//*[self::input or self::textarea]"
    )
    return [(one.get("value") or one.text or "").strip() for one in found]


def test_rows_are_moved_copied_removed_and_put_back_by_buttons(site: Context, desk: Any) -> None:
    visitor, address, number = desk("team")
    members = "team-members"
    for place, name in enumerate(("张伟", "李娜", "王芳")):
        visitor.send(address, {"add_row": members})
        visitor.send(address, {f"{members}-{place}-name": name, "add_row": "none-of-this-form"})
    assert names(visitor, members, "name") == ["张伟", "李娜", "王芳"]
    visitor.send(address, {"row_up": f"{members}-2"})
    assert names(visitor, members, "name") == ["张伟", "王芳", "李娜"]
    visitor.send(address, {"row_up": f"{members}-0"})
    visitor.send(address, {"row_down": f"{members}-0"})
    assert names(visitor, members, "name") == ["王芳", "张伟", "李娜"]
    visitor.send(address, {"copy_row": f"{members}-0"})
    assert names(visitor, members, "name") == ["王芳", "张伟", "张伟", "李娜"]
    visitor.send(address, {"remove_row": f"{members}-2"})
    assert names(visitor, members, "name") == ["张伟", "张伟", "李娜"]
    assert "Row removed." in visitor.text
    visitor.send(address, {"restore_row": f"{members}-2"})
    assert names(visitor, members, "name") == ["张伟", "张伟", "李娜", "王芳"]
    visitor.send(address, {"remove_row": f"{members}-0"})
    visitor.send(address, {"team-leader": "张伟", "do": "complete"})
    kept = [row["name"] for row in case(site, number)["team"]["members"]]
    assert kept == ["张伟", "李娜", "王芳"], "what was removed and not put back is not sent"


def test_a_button_for_a_row_that_is_not_there_changes_nothing(desk: Any) -> None:
    visitor, address, _ = desk("team")
    visitor.send(address, {"add_row": "team-members", "team-leader": "张伟"})
    rows = ("team-members-99", "team-members-x", "no-such-1", "-", "team-leader-0")
    buttons = ("remove_row", "restore_row", "copy_row", "row_up", "row_down")
    for number, button in enumerate(buttons):
        row = rows[number]
        for sent in (row, "team-members-99"):
            visitor.send(address, {button: sent, "team-members-0-name": "李娜"})
            assert visitor.reply.status_code == 200, (button, sent)
            assert names(visitor, "team-members", "name") == ["李娜"], (button, sent)
    assert visitor.fields(address)["team-leader"] == "张伟"


def test_each_answer_becomes_the_next_question_of_its_path(site: Context, desk: Any) -> None:
    visitor, address, number = desk("meeting")
    visitor.send(address, {"add_row": WHYS, "problem-our_description": "Flash at the parting line"})
    visitor.send(address, {f"{WHYS}-0-path": "made", f"{WHYS}-0-because": "the mould is worn.", "add_row": WHYS})
    assert visitor.fields(address)[f"{WHYS}-1-path"] == "made", "it goes on along the same path"
    visitor.send(address, {f"{WHYS}-1-because": "it was not serviced", "add_row": WHYS})
    visitor.send(address, {f"{WHYS}-2-path": "not_detected", f"{WHYS}-2-because": "nobody looks there", "do": "draft"})
    asked = names(visitor, WHYS, "why")
    assert asked == ["Why did it happen?", "Why the mould is worn?", "Why did it happen?"]
    steps = visitor.page.xpath("//*[@data-drawn='whys']//section")
    assert [one.text_content().split()[:2] for one in steps] == [["Why", "madeWhy"], ["Why", "not"]]
    assert len(steps[0].xpath(".//li")) == 2
    visitor.send(address, {"root_cause-occurrence": "worn mould", "do": "complete"})
    assert [row["why"] for row in case(site, number)["root_cause"]["five_why"]] == asked


def test_a_question_that_somebody_words_himself_stays(site: Context, desk: Any) -> None:
    visitor, address, number = desk("meeting")
    visitor.send(address, {"add_row": WHYS})
    own = {f"{WHYS}-0-why": "What wore it out?", f"{WHYS}-0-because": "sand"}
    visitor.send(address, {**own, "root_cause-occurrence": "sand", "do": "complete"})
    (row,) = case(site, number)["root_cause"]["five_why"]
    assert (row["why"], row["because"]) == ("What wore it out?", "sand")


def test_a_fishbone_is_drawn_on_load_with_every_category_and_cause(desk: Any) -> None:
    visitor, address, _ = desk("meeting")
    visitor.send(address, {"add_row": CAUSES, "problem-our_description": "Flash <b>& burr</b>"})
    long = "the clamping force sensor drifts and shows far too much"
    visitor.send(address, {f"{CAUSES}-0-category": "machine", f"{CAUSES}-0-cause": long, "add_row": CAUSES})
    visitor.send(address, {f"{CAUSES}-1-category": "customer", f"{CAUSES}-1-cause": "dried too hot", "do": "draft"})
    (drawing,) = visitor.page.xpath("//*[local-name()='svg' and @class='fishbone']")
    texts = [one.text for one in drawing.xpath("./*[local-name()='text']")]
    assert texts[:1] == ["People"]
    assert {"Machine", "Material", "Method", "Environment", "Measurement"} <= set(texts)
    assert "Customer's processing" in texts, "a further category is drawn with its first cause"
    assert "Design" not in texts
    assert drawing.xpath(".//*[local-name()='title']/text()") == [long]
    assert "Flash <b>& burr</b>" in " ".join(texts[-2:])


def test_every_aspect_of_is_and_is_not_is_offered_and_the_empty_ones_are_not_kept(site: Context, desk: Any) -> None:
    visitor, address, number = desk("meeting")
    sent = visitor.fields(address)
    assert [sent[f"{IS}-{row}-dimension"] for row in range(4)] == ["what", "where", "when", "extent"]
    visitor.send(address, {f"{IS}-1-is": "cavity 3", f"{IS}-1-is_not": "cavity 1", "do": "draft"})
    sent = visitor.fields(address)
    assert sorted(sent[f"{IS}-{row}-dimension"] for row in range(4)) == ["extent", "what", "when", "where"]
    visitor.send(address, {"root_cause-occurrence": "worn", "do": "complete"})
    (row,) = case(site, number)["problem"]["is_is_not"]
    assert (row["dimension"], row["is"], row["is_not"]) == ("where", "cavity 3", "cavity 1")


def test_what_is_missing_is_counted_and_each_leads_to_its_field(desk: Any) -> None:
    visitor, address, _ = desk("meeting")
    visitor.send(address, {"add_row": CAUSES})
    visitor.send(address, {f"{CAUSES}-0-category": "man", "add_row": WHYS})
    assert "2 required fields are still empty" in visitor.text
    anchors = [one.get("href")[1:] for one in visitor.page.xpath("//*[@id='missing']//a")]
    assert anchors == ["root_cause-occurrence", f"{CAUSES}-0-cause"]
    assert all(len(visitor.page.xpath(f"//*[@id='{anchor}']")) == 1 for anchor in anchors)
    states = visitor.page.xpath("//legend//*[@data-part-state]")
    assert states[0].text == "1 missing"
    visitor.send(address, {"root_cause-occurrence": "worn", f"{CAUSES}-0-cause": "", "do": "complete"})
    assert visitor.reply.status_code == 422
    (link,) = visitor.page.xpath("//*[@data-refused]//a")
    assert link.get("href") == f"#{CAUSES}-0-cause"
    assert "required" in visitor.page.xpath("//*[@data-refused]")[0].text_content()


def amend(site: Context, number: str, **team: Any) -> None:
    site.execute(AmendCase(actor=actor(site, "manager"), number=number, data={"team": team}, reason="told by phone"))


def test_both_values_are_shown_with_who_and_when(site: Context, visit: Any, clock: Any) -> None:
    number = filed(site)
    amend(site, number, members=[{"name": "赵强"}])
    visitor, address = visit("quality1"), f"/tasks/{task_of(site, number, 'team')}"
    visitor.get(address)
    (row,) = case(site, number)["team"]["members"]
    amend(site, number, leader="李娜", members=[{"id": row["id"], "name": "赵六"}])
    visitor.send(address, {"team-members-0-name": "孙浩", "team-leader": "张伟", "do": "complete"})
    assert visitor.reply.status_code == 409
    told = [one.text_content() for one in visitor.page.xpath("//*[@class='conflict']")]
    manager = actor(site, "manager").display_name
    for both in (("李娜", "张伟"), ("赵六", "孙浩")):
        (text,) = [one for one in told if all(name in one for name in both)]
        assert manager in text
        assert clock.now().astimezone(site.settings.zone).strftime("%H:%M") in text
    links = [one.get("href") for one in visitor.page.xpath("//*[@data-refused]//a")]
    assert links == ["#team-leader", "#team-members-0-name"]
    visitor.send(address, {"choice-team-leader": "mine", "do": "complete"})
    assert visitor.reply.status_code == 422, "the row is still to be settled"
    assert manager in visitor.page.xpath("//*[@class='conflict']//p")[0].text_content()
    visitor.send(address, {"choice-team-members-0-name": "theirs", "do": "complete"})
    assert visitor.reply.status_code == 200, visitor.text
    team = case(site, number)["team"]
    assert (team["leader"], [row["name"] for row in team["members"]]) == ("张伟", ["赵六"])


def test_rows_that_two_people_add_are_all_kept(site: Context, desk: Any) -> None:
    visitor, address, number = desk("team")
    amend(site, number, members=[{"name": "赵强"}])
    visitor.send(address, {"add_row": "team-members"})
    visitor.send(address, {"team-members-0-name": "孙浩", "team-leader": "张伟", "do": "complete"})
    assert visitor.reply.status_code == 200, visitor.text
    assert {row["name"] for row in case(site, number)["team"]["members"]} == {"赵强", "孙浩"}


def test_the_house_offers_what_the_reader_may_know(site: Context, visit: Callable[..., Any]) -> None:
    number = filed(site, product={"name": "Housing", "part_no": "HX-777"}, customer={"name": "ACME 100% Ltd"})
    visitor = visit("quality1")

    def known(picker: str, text: str) -> list[dict[str, str]]:
        return list(visitor.client.get(f"/forms/known/{picker}", query_string={"q": text}).json["items"])

    assert known("customer", "acme") == [{"value": "ACME 100% Ltd", "label": ""}]
    assert known("customer", "100%") == known("customer", "acme ltd") == known("customer", "acme")
    assert known("customer", "acme")[0] in known("customer", ""), "the newest are offered before anything is typed"
    assert known("customer", "1_0") == [], "no wildcards"
    assert known("part", "hous") == known("part", "hx-") == [{"value": "HX-777", "label": "Housing"}]
    assert known("complaint", number[-4:])[0]["value"] == number
    me = actor(site, "quality1")
    assert {"value": me.display_name, "label": "quality1"} in known("person", "QUALITY1")
    stranger = visit("engineering1")
    assert stranger.client.get("/forms/known/customer?q=acme").json == {"items": []}, "has no part in it"
    assert visitor.client.get("/forms/known/secrets?q=a").status_code == 404


def test_among_five_thousand_people_one_is_found_and_only_those_of_ones_site(site: Context, visit: Any) -> None:
    kinds = [("north", True, None), ("gone", False, None), ("other", True, "elsewhere")]
    with site.database.engine.begin() as connection:
        own = connection.execute(select(UserAccount.site)).scalars().first()
        connection.execute(insert(Site), [{"key": "elsewhere", "name": "Elsewhere", "timezone": "UTC"}])
        many = [
            {"username": f"{name}{place}", "display_name": f"{name.title()} Worker {place}", "site": where or own,
             "is_active": active, "language": "en", "created_at": site.clock.now()}
            for name, active, where in kinds for place in range(5000 if name == "north" else 3)
        ]  # fmt: skip
        connection.execute(insert(UserAccount), many)
    visitor = visit("quality1")

    def found(text: str) -> list[str]:
        return [one["label"] for one in visitor.client.get(f"/forms/known/person?q={text}").json["items"]]

    assert found("worker 4711") == ["north4711"]
    assert len(found("north")) == 20
    assert found("gone1") == found("other1") == []
    visitor.get(f"/tasks/{task_of(site, filed(site), 'team')}")
    assert len(visitor.page.xpath("//datalist[@id='known-person']/option")) == 100, "the page stays small"


def test_without_script_a_picker_is_a_list_to_choose_from(desk: Any) -> None:
    visitor, _, _ = desk("team")
    leader = visitor.page.xpath("//input[@name='team-leader']")[0]
    listed = visitor.page.xpath(f"//datalist[@id='{leader.get('list')}']/option/@value")
    assert listed, html.tostring(leader)
    assert visitor.page.xpath("//template//input[contains(@name, '-name')]/@list") == [leader.get("list")]


def test_a_file_is_sent_before_the_form_and_refused_in_words(site: Context, desk: Any) -> None:
    visitor, address, number = desk("emergency")
    sent = {"file": (io.BytesIO(PIXEL), "裂纹.png"), "csrf_token": visitor.fields(address)["csrf_token"]}
    reply = visitor.client.post("/forms/files", data=sent)
    assert (reply.status_code, reply.json["name"], reply.json["media_type"]) == (201, "裂纹.png", "image/png")
    wrong = {"file": (io.BytesIO(b"MZ"), "run.exe"), "csrf_token": sent["csrf_token"]}
    refused = visitor.client.post("/forms/files", data=wrong)
    assert refused.status_code == 422
    assert "exe" in refused.json["error"]["message"]
    empty = visitor.client.post("/forms/files", data={"csrf_token": sent["csrf_token"]})
    assert empty.status_code == 400
    photos = {"containment-photos": ["", reply.json["id"]], "containment-method": "on_site"}
    visitor.send(address, {**photos, "do": "complete"})
    assert case(site, number)["containment"]["photos"] == [reply.json["id"]]
