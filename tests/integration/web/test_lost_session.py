"""A session that ends while someone types: log in, send again, nothing lost."""

import pytest

from server.casework.context import Context
from tests.integration.web.test_task_page import WHOLE, case_of, open_task

ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def task(house: Context, number: str) -> str:
    return str(open_task(house, number)["id"])


def test_what_was_typed_survives_the_log_in(house: Context, visit, number: str, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    visitor.client.delete_cookie("kesu")
    visitor.send(f"/tasks/{task}", {**WHOLE, "do": "complete"}, headers=ORIGIN)
    assert visitor.reply.status_code == 401
    assert "what you typed is kept" in visitor.text
    visitor.send("/login", {"demo": "sales1"})
    assert "Nothing you typed is lost" in visitor.text
    visitor.send(f"/tasks/{task}")
    assert "Done:" in visitor.text
    assert case_of(house, number)["problem"]["losses"] == WHOLE["problem-losses"]


def test_a_stale_token_asks_to_send_again(house: Context, visit, number: str, task: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task}")
    visitor.send(f"/tasks/{task}", {**WHOLE, "csrf_token": "stale", "do": "complete"}, headers=ORIGIN)
    assert visitor.reply.status_code == 400
    assert "losses" not in case_of(house, number)["problem"]
    visitor.send(f"/tasks/{task}")
    assert case_of(house, number)["problem"]["losses"] == WHOLE["problem-losses"]


def test_a_post_from_another_site_is_not_offered_again(visit, task: str) -> None:
    visitor = visit("sales1")
    for headers in ({"Origin": "https://evil.example"}, {}):
        reply = visitor.post(f"/tasks/{task}", {**WHOLE, "do": "complete"}, headers=headers)
        assert reply.status_code == 400
        assert not visitor.page.xpath(f"//form[@action='/tasks/{task}']")
