"""The complaint's page as the place where it leaves the happy path, and the page that puts the case file right."""

from typing import Any

import pytest

from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.cancel_instance import CancelInstance
from server.commands.file_complaint import FileComplaint
from server.queries.complaint_detail import complaint_detail
from server.security.links import status_path
from tests.house import actor
from tests.integration import strip


@pytest.fixture
def site(house: Context) -> Context:
    strip.publish(house)
    return house


def filed(site: Context, customer: str = "ACME") -> str:
    fields = {"customer": {"name": customer, "phone": "021-1"}, "problem": {"description": "It rattles."}}
    filing = FileComplaint(actor=actor(site, "sales1"), channel="phone", fields=fields)
    return str(site.execute(filing).body["number"])


def case(site: Context, number: str) -> dict[str, Any]:
    return complaint_detail(site, actor(site, "admin"), number, "en")


def cancel(site: Context, number: str) -> None:
    command = CancelInstance(actor=actor(site, "admin"), instance_id=case(site, number)["instance_id"], reason="x")
    site.execute(command)


def forms(visitor: Any) -> set[str]:
    """Last words of the addresses that the page's forms post to."""
    return {(form.get("action") or "").rpartition("/")[2] for form in visitor.page.forms}


def test_the_page_offers_only_what_would_not_be_refused(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("sales1")
    visitor.get(f"/complaints/{number}")
    assert {"withdraw", "merge", "refer"} <= forms(visitor)
    assert "recurrence" not in forms(visitor)
    production = visit("production1")
    production.get(f"/complaints/{number}")
    assert not {"withdraw", "merge", "refer", "recurrence"} & forms(production)
    cancel(site, number)
    visitor.get(f"/complaints/{number}")
    assert not {"withdraw", "merge", "refer"} & forms(visitor)
    assert "recurrence" in forms(visitor)


def test_a_withdrawal_with_a_few_words(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("sales1")
    visitor.get(f"/complaints/{number}")
    visitor.send("/withdraw", {"reason": " ", "name": "Ms Wang"})
    assert visitor.reply.status_code == 422
    assert "Say why" in visitor.text
    assert visitor.fields("/withdraw")["name"] == "Ms Wang"
    visitor.send("/withdraw", {"reason": "solved"})
    assert "It is noted that the customer withdrew the complaint." in visitor.text
    assert case(site, number)["case"]["withdrawal"]["name"] == "Ms Wang"
    stranger = visit()
    stranger.get(status_path(number, site.settings.secret()))
    assert "You have withdrawn this complaint." in stranger.text


def test_words_in_the_case_file_alone_are_no_withdrawal(site: Context, visit) -> None:
    number = filed(site)
    data = {"withdrawal": {"reason": "wrong place"}}
    site.execute(AmendCase(actor=actor(site, "sales1"), number=number, data=data, reason="x"))
    stranger = visit()
    stranger.get(status_path(number, site.settings.secret()))
    assert "We are working on your complaint." in stranger.text


def test_a_duplicate_is_merged_and_points_to_the_one_that_stays(site: Context, visit) -> None:
    survivor, number = filed(site), filed(site)
    visitor = visit("quality1")
    visitor.get(f"/complaints/{number}")
    visitor.send("/merge", {"of": "HQ-1", "reason": "same"})
    assert "There is no complaint HQ-1" in visitor.text
    assert visitor.fields("/merge")["reason"] == "same"
    visitor.send("/merge", {"of": survivor.lower()})
    assert visitor.reply.status_code == 200
    (link,) = visitor.page.xpath("//section[contains(@class, 'links')]//a")
    assert (link.text, link.get("href")) == (survivor, f"/complaints/{survivor}")
    visitor.get(f"/complaints/{survivor}")
    (link,) = visitor.page.xpath("//section[contains(@class, 'links')]//a")
    assert link.text == number
    stranger = visit()
    stranger.get(status_path(number, site.settings.secret()))
    assert f"handled together with your complaint {survivor}" in stranger.text
    (link,) = stranger.page.xpath("//a[contains(@class, 'btn')]")
    stranger.get(link.get("href"))
    assert stranger.page.xpath("//h1")[0].text == survivor


def test_the_status_page_follows_a_chain_of_duplicates_to_its_end(site: Context, visit) -> None:
    one, two, three = filed(site), filed(site), filed(site)
    visitor = visit("quality1")
    for number, of in ((one, two), (two, three)):
        visitor.get(f"/complaints/{number}")
        visitor.send("/merge", {"of": of, "reason": "same"})
    stranger = visit()
    stranger.get(status_path(one, site.settings.secret()))
    assert three in stranger.text
    assert two not in stranger.text


def test_another_customer_is_asked_about_and_never_named_to_a_stranger(site: Context, visit) -> None:
    survivor, number = filed(site, "Haitian"), filed(site, "ACME")
    visitor = visit("quality1")
    visitor.get(f"/complaints/{number}")
    assert "confirm" not in {field.get("name") for field in visitor.page.xpath("//input")}
    visitor.send("/merge", {"of": survivor, "reason": "same lot"})
    assert visitor.reply.status_code == 422
    assert "Haitian" in visitor.text
    visitor.send("/merge", {"confirm": "yes"})
    assert case(site, number)["links"] == [{"kind": "duplicate_of", "number": survivor}]
    stranger = visit()
    stranger.get(status_path(number, site.settings.secret()))
    assert "handled together with another one" in stranger.text
    assert survivor not in stranger.reply.get_data(as_text=True)
    assert "Haitian" not in stranger.reply.get_data(as_text=True)


def test_referring_offers_the_kinds_of_the_case_file(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("manager")
    visitor.get(f"/complaints/{number}")
    offered = [option.get("value") for option in visitor.page.xpath("//select[@name='kind']/option")]
    assert "" in offered
    assert {"authority", "legal"} <= set(offered)
    visitor.send("/refer", {"kind": "legal", "reason": "sued"})
    assert "The complaint is referred outside." in visitor.text
    assert case(site, number)["case"]["referral"] == {"kind": "legal", "reason": "sued"}


def test_what_came_back_is_a_new_complaint_filed_once(site: Context, visit) -> None:
    old = filed(site)
    cancel(site, old)
    visitor = visit("sales1")
    visitor.get(f"/complaints/{old}")
    page = visitor.page
    visitor.send("/recurrence", {"reason": "rattles again"})
    assert "A new complaint is filed that follows the old one." in visitor.text
    first = visitor.page.xpath("//div[@class='case-number']")[0].text
    assert first != old
    visitor.page = page
    visitor.send("/recurrence", {"reason": "rattles again"})
    assert visitor.page.xpath("//div[@class='case-number']")[0].text == first
    assert [link["number"] for link in case(site, old)["links"]] == [first]


# The amend page


def test_a_field_is_put_right_after_its_step_with_a_reason(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("sales1")
    visitor.get(f"/complaints/{number}")
    (link,) = [one for one in visitor.page.xpath("//a") if (one.get("href") or "").endswith("/amend")]
    visitor.get(link.get("href"))
    first = visitor.page.xpath("//ul[@class='card-list'][not(ancestor::details)]//a")
    assert {"intake", "customer", "problem"} == {one.get("href").rpartition("/")[2] for one in first}
    others = {one.get("href").rpartition("/")[2] for one in visitor.page.xpath("//details//li//a")}
    assert {"team", "archive"} <= others
    assert "acknowledgement" not in others
    visitor.get(f"/complaints/{number}/amend/customer")
    assert visitor.fields("/amend/customer")["customer-phone"] == "021-1"
    visitor.send("/amend/customer", {"customer-phone": "021-2", "reason": ""})
    assert visitor.reply.status_code == 422
    assert "Say why" in visitor.text
    assert visitor.fields("/amend/customer")["customer-phone"] == "021-2"
    visitor.send("/amend/customer", {"reason": "typing slip"})
    assert "The complaint is amended." in visitor.text
    found = case(site, number)["case"]["customer"]
    assert (found["phone"], found["name"]) == ("021-2", "ACME")
    assert "amended the case: typing slip" in visitor.text


def test_looking_at_a_part_writes_nothing_into_it(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("admin")
    before = case(site, number)
    for part in [
        one.get("href") for one in visitor.get(f"/complaints/{number}/amend") and visitor.page.xpath("//li//a")
    ]:
        visitor.get(part)
        assert visitor.reply.status_code == 200, part
        visitor.send(part, {"reason": "only looking"})
        assert visitor.reply.status_code == 200, (part, visitor.text)
    assert case(site, number)["case"] == before["case"]
    assert case(site, number)["revision"] == before["revision"]


def test_two_who_amend_the_same_field_see_both_values(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("quality1")
    visitor.get(f"/complaints/{number}/amend/customer")
    site.execute(
        AmendCase(actor=actor(site, "sales1"), number=number, data={"customer": {"phone": "021-9"}}, reason="x")
    )
    visitor.send("/amend/customer", {"customer-phone": "021-2", "reason": "slip"})
    assert visitor.reply.status_code == 409
    (conflict,) = visitor.page.xpath("//*[@class='conflict']")
    assert "021-9" in conflict.text_content()
    assert "021-2" in conflict.text_content()
    visitor.send("/amend/customer", {"choice-customer-phone": "mine"})
    assert case(site, number)["case"]["customer"]["phone"] == "021-2"


def test_read_only_fields_are_shown_and_cannot_be_written(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("admin")
    visitor.get(f"/complaints/{number}/amend/grading")
    assert visitor.page.xpath("//*[@id='grading-level' and contains(@class, 'locked-value')]")
    names = {field.get("name") for field in visitor.page.xpath("//input | //textarea | //select")}
    assert "grading-level" not in names
    assert "grading-cost" in names
    visitor.send("/amend/grading", {"grading-level": "1", "reason": "x"})
    assert "level" not in case(site, number)["case"].get("grading", {})


def test_what_is_wrong_with_a_value_stands_at_its_field(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("admin")
    visitor.get(f"/complaints/{number}/amend/grading")
    visitor.send("/amend/grading", {"grading-cost": "many", "reason": "x"})
    assert visitor.reply.status_code == 422
    assert visitor.page.xpath("//*[@data-field='grading-cost']//*[contains(@class, 'invalid-feedback')]")
    assert visitor.fields("/amend/grading")["reason"] == "x"


@pytest.mark.parametrize("part", ["acknowledgement", "no_such_part", "number"])
def test_there_is_no_page_for_what_nobody_may_write(site: Context, visit, part: str) -> None:
    visitor = visit("admin")
    assert visitor.get(f"/complaints/{filed(site)}/amend/{part}").status_code == 404


def test_the_page_is_for_those_who_may_amend(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("production1")
    assert visitor.get(f"/complaints/{number}/amend").status_code == 403
    assert visitor.get(f"/complaints/{number}/amend/customer").status_code == 403
    visitor = visit("sales1")
    assert visitor.get("/complaints/HQ-2026-999999/amend").status_code == 404


def test_amending_an_ended_complaint_is_refused_with_what_was_typed(site: Context, visit) -> None:
    number = filed(site)
    visitor = visit("sales1")
    visitor.get(f"/complaints/{number}/amend/customer")
    cancel(site, number)
    visitor.send("/amend/customer", {"customer-phone": "021-2", "reason": "slip"})
    assert visitor.reply.status_code == 409
    assert "already ended" in visitor.text
    assert visitor.fields("/amend/customer")["customer-phone"] == "021-2"
