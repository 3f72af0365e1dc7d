"""The clock and the ladder on the pages: the sum of a due date, stop, go on, call for the next in charge."""

import pytest

from server.casework.context import Context
from server.security.links import status_path
from tests.integration.deadline_house import events, file, go_to, publish, task, wait_until


@pytest.fixture
def number(house: Context) -> str:
    publish(house)
    return file(house)


def test_the_task_says_when_it_is_due_and_why(house: Context, visit, number: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{task(house, number, 'receive').id}")
    assert "Due 2026-03-03 09:00, because …" in visitor.text
    assert "7 h 30 min on Mon 2 Mar" in visitor.text
    assert "Where the limit comes from: S13" in visitor.text


def test_the_clock_is_stopped_and_goes_on(house: Context, visit, number: str) -> None:
    visitor = visit("sales1")
    page = f"/complaints/{number}"
    visitor.get(page)
    visitor.send(f"{page}/pause", {"reason": "other", "text": ""})
    assert visitor.reply.status_code == 422
    assert "Say why the clock stops" in visitor.text
    visitor.send(f"{page}/pause", {"reason": "waiting_customer", "text": "the drawing"})
    assert "waiting for the customer (the drawing)" in visitor.text
    assert "the clock stands since" in visitor.text
    assert "stopped the clock: waiting for the customer (the drawing)" in visitor.text

    visitor.get("/tasks")
    assert visitor.text.count("the clock stands") == 1

    guest = visit(None)
    guest.get(status_path(number, house.settings.secret()))
    assert "At the moment our work waits: waiting for the customer (the drawing)." in guest.text

    go_to(house, "2 14:00")
    visitor.get(page)
    visitor.send(f"{page}/continue")
    # 09:00 to 14:00 holds 3 + 1 = 4 working hours; the 8 h begin again at 14:00: 3.5 h, 4.5 h on Tuesday.
    assert "due 2026-03-03 14:00" in visitor.text
    guest.get(status_path(number, house.settings.secret()))
    assert "At the moment our work waits" not in guest.text


def test_help_is_called_for_from_the_task_and_from_the_complaint(house: Context, visit, number: str) -> None:
    mine = task(house, number, "receive").id
    visitor = visit("sales2")
    visitor.get(f"/tasks/{mine}")
    visitor.send(f"/tasks/{mine}/escalate", {"reason": "  "})
    assert visitor.reply.status_code == 422
    visitor.send(f"/tasks/{mine}/escalate", {"reason": "the line stands"})
    assert "The next in charge was called for." in visitor.text
    assert "escalated" in visitor.text

    visitor.get(f"/complaints/{number}")
    visitor.send(f"/complaints/{number}/escalate", {"task": mine, "reason": "still"})
    assert [told["to"] for _, told in events(house, number, "task.escalated")] == ["sales1", "manager"]
    assert "took “receive” up to 陈国栋: still" in visitor.text


def test_an_escalated_task_is_marked_in_the_list(house: Context, visit, number: str) -> None:
    wait_until(house, "3 09:00")
    visitor = visit("sales1")
    visitor.get("/tasks")
    badges = [badge.text_content().strip() for badge in visitor.page.xpath("//*[@class='badge-plain']")]
    assert badges.count("escalated") == 1


def test_nobody_is_offered_what_he_may_not(visit, number: str) -> None:
    visitor = visit("engineering1")
    visitor.get(f"/complaints/{number}")
    assert visitor.reply.status_code == 404
    visitor = visit("gm")
    visitor.get(f"/complaints/{number}")
    assert "Stop the clock" in visitor.text
