"""Every page opens, in both languages, and says what it should."""

import re

import pytest

from server.casework.context import Context
from server.security.links import status_path
from tests.integration.web.test_task_page import open_task


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_opens_in_both_languages(house: Context, visit, number: str, language: str) -> None:
    visitor = visit("admin", language)
    task = open_task(house, number)["id"]
    pages = ["/tasks", "/tasks?view=mine", "/tasks?view=all&group=sales", f"/tasks/{task}", "/complaints"]
    pages += [f"/complaints/{number}", "/complaints/new", "/incidents", "/mailbox", "/tokens", "/password", "/about"]
    for address in pages:
        assert visitor.get(address).status_code == 200, address
        assert visitor.page.get("lang") == language
        assert visitor.page.xpath("//h1"), address
        # "None" is also the English label of a choice.
        strange = r"\{\w+\}|None" if language == "zh-CN" else r"\{\w+\}"
        assert not re.search(strange, visitor.page.xpath("//main")[0].text_content()), address


def test_the_complaint_page_tells_where_it_stands(visit, number: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/complaints/{number}")
    for words in (number, "飞边", "海天塑胶", "Receive the complaint", "waits for Sales", "left", "What happened"):
        assert words in visitor.text, words
    address = visitor.page.xpath("//@data-diagram")[0]
    assert b"bpmn:definitions" in visitor.fetch(address).data
    assert "acknowledge" in visitor.page.xpath("//@data-marks")[0]


def test_anybody_files_a_complaint_with_two_fields(visit) -> None:
    visitor = visit("production1")
    visitor.get("/complaints/new")
    visitor.send("/complaints/new", {"customer-name": "ACME", "problem-description": "It rattles."})
    assert re.search(r"Complaint HQ-2026-\d{4} is filed\.", visitor.text)


def test_a_refused_filing_keeps_everything(visit) -> None:
    visitor = visit("production1")
    visitor.get("/complaints/new")
    late = {"intake-received_at": "2031-01-01T10:00", "intake-channel": "fax"}
    visitor.send("/complaints/new", {"customer-name": "ACME", "problem-description": "It rattles.", **late})
    assert visitor.reply.status_code == 422
    assert "future" in visitor.page.xpath("//*[@data-field='intake-received_at']")[0].text_content()
    kept = visitor.fields("/complaints/new")
    assert (kept["customer-name"], kept["intake-channel"]) == ("ACME", "fax")
    visitor.send("/complaints/new", {"problem-description": "", "intake-received_at": ""})
    assert visitor.reply.status_code == 422
    assert visitor.page.xpath("//*[@data-field='problem-description']//*[contains(@class, 'invalid-feedback')]")


def test_the_same_filing_sent_twice_is_one_complaint(visit) -> None:
    visitor = visit("production1")
    visitor.get("/complaints/new")
    sent = visitor.fields("/complaints/new")
    sent["customer-name"], sent["problem-description"] = "ACME", "It rattles."
    first = visitor.client.post("/complaints/new", data=sent).location
    assert visitor.client.post("/complaints/new", data=sent).location == first


def test_a_complaint_is_suspended_resumed_and_cancelled_with_a_reason(visit, number: str) -> None:
    visitor = visit("manager")
    visitor.get(f"/complaints/{number}")
    visitor.send("/suspend", {"reason": "waiting for a part"})
    assert "Suspended since" in visitor.text
    visitor.send("/resume", {"reason": "it came"})
    assert "The complaint goes on." in visitor.text
    visitor.send("/cancel", {"reason": "filed twice"})
    assert "The complaint is cancelled." in visitor.text
    assert not visitor.page.xpath("//form[contains(@action, '/cancel')]")


def test_levers_are_not_there_for_everybody(visit, number: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/complaints/{number}")
    token = visitor.fields("/logout")["csrf_token"]
    assert visitor.post(f"/complaints/{number}/cancel", {"csrf_token": token, "reason": "x"}).status_code == 403


def test_customers_see_their_number_and_state_and_nothing_internal(house: Context, visit, number: str) -> None:
    visitor = visit()
    visitor.get(status_path(number, house.settings.secret()))
    assert visitor.reply.status_code == 200
    assert number in visitor.text
    assert visitor.page.xpath("//*[@aria-current='step']")
    for secret in ("外壳有飞边", "王丽", "sales", "qa@haitian.example"):
        assert secret not in visitor.reply.get_data(as_text=True)
    assert visitor.get("/status/HQ-2026-0001.forged").status_code == 404


def test_the_mailbox_shows_what_went_out(visit, number: str) -> None:
    visitor = visit("sales1")
    visitor.get("/mailbox")
    assert "qa@haitian.example" in visitor.text
    assert number in visitor.text


def test_a_token_is_shown_once_works_and_is_revoked(visit) -> None:
    visitor = visit("sales1")
    visitor.get("/tokens")
    visitor.page.forms[-1].set("action", "/tokens")
    visitor.send("/tokens")
    token = visitor.page.xpath("//code")[0].text
    headers = {"Authorization": f"Bearer {token}"}
    assert visitor.fetch("/api/v1/tasks", headers=headers).status_code == 200
    assert token not in visitor.get("/tokens").get_data(as_text=True)
    visitor.send("/revoke")
    assert visitor.fetch("/api/v1/tasks", headers=headers).status_code == 401


@pytest.mark.parametrize(("address", "words"), [("/nowhere", "Nothing here"), ("/complaints/HQ-1", "Nothing here")])
def test_error_pages_say_what_where_and_what_to_do(visit, address: str, words: str) -> None:
    visitor = visit("sales1")
    assert visitor.get(address).status_code == 404
    assert words in visitor.text
    assert "What to do:" in visitor.text
    assert address in visitor.text


def test_a_fault_of_ours_gives_a_reference_and_no_details(app, house: Context, visit, monkeypatch) -> None:
    visitor = visit("sales1")

    def fails(*_args: object, **_more: object) -> None:
        raise OSError("disk /secret/path is gone")

    monkeypatch.setattr("server.web.manage.register.complaint_list", fails)
    visitor.get("/complaints")
    assert visitor.reply.status_code == 500
    assert re.search(r"Reference [0-9a-f]{8}", visitor.text)
    assert "secret" not in visitor.text
