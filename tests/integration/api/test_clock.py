"""The clock of a complaint, the ladder of its tasks, the site's calendar and groups, over REST."""

from typing import Any

import pytest

from server.casework.context import Context
from tests.integration.deadline_house import go_to, publish
from tests.rest import Api

WEEK = [[["08:30", "12:00"], ["13:00", "17:30"]]] * 5 + [[], []]


@pytest.fixture
def filed(api: Api, house: Context) -> dict[str, Any]:
    """A complaint of the small process: `receive` is due 8 working hours after Monday 09:00, on Tuesday 09:00."""
    publish(house)
    return api.file()


def receive(api: Api, number: str) -> dict[str, Any]:
    (item,) = [i for i in api.get(f"/tasks?case={number}").json["items"] if i["element_id"] == "receive"]
    return dict(api.get(f"/tasks/{item['id']}").json)


def test_a_task_explains_when_it_is_due(api: Api, filed: dict[str, Any]) -> None:
    told = receive(api, filed["number"])["deadline"]
    assert (told["start_at"], told["due_at"], told["source"]) == (
        "2026-03-02T01:00:00Z", "2026-03-03T01:00:00.000Z", "S13"
    )  # fmt: skip
    assert [term["text"] for term in told["terms"]] == [
        "Began Mon 2 Mar 2026 09:00",
        "+ 8 working hours",
        "7 h 30 min on Mon 2 Mar",
        "30 min on Tue 3 Mar",
        "= due Tue 3 Mar 2026 09:00",
    ]
    assert [term.get("hours") for term in told["terms"]] == [None, None, 7.5, 0.5, None]
    assert told["text"].startswith("Began Mon 2 Mar 2026 09:00; + 8 working hours; ")


def test_a_task_whose_date_the_diagram_gives_has_no_sum(api: Api, filed: dict[str, Any]) -> None:
    (item,) = [i for i in api.get(f"/tasks?case={filed['number']}").json["items"] if i["element_id"] == "record"]
    task = api.get(f"/tasks/{item['id']}").json
    assert (task["due_at"], task["deadline"]) == ("2026-03-02T03:00:00.000Z", None)


def test_stop_the_clock_and_let_it_go_on(api: Api, house: Context, filed: dict[str, Any]) -> None:
    url = f"/complaints/{filed['number']}"
    assert "pause" in api.get(url).json["actions"]
    go_to(house, "2 10:00")
    answer = api.post(f"{url}/pause", {"reason": "waiting_part", "text": "two motors", "command_id": "p1"})
    assert (answer.status_code, answer.json["pauses"][0]["told"]) == (200, "waiting for a part (two motors)")
    assert api.post(f"{url}/pause", {"reason": "waiting_part", "text": "two motors", "command_id": "p1"}).json == (
        answer.json
    )

    case = api.get(url).json
    (promise,) = [one for one in case["promises"] if one["element_id"] == "receive"]
    assert (promise["due_at"], promise["deadline"]["terms"][-1]["text"]) == (None, "7 h are left")
    assert "continue" in case["actions"]
    assert "pause" not in case["actions"]
    refused = api.post(f"{url}/pause", {"reason": "waiting_part"})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "clock.stands")

    go_to(house, "2 14:00")
    assert api.post(f"{url}/continue").status_code == 200
    (promise,) = [one for one in api.get(url).json["promises"] if one["element_id"] == "receive"]
    assert promise["due_at"] == "2026-03-03T04:00:00.000Z"
    assert api.get(url).json["pauses"][0]["ended_at"] == "2026-03-02T06:00:00Z"
    refused = api.post(f"{url}/continue")
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "clock.runs")


def test_only_who_may_stops_the_clock(api: Api, filed: dict[str, Any]) -> None:
    url = f"/complaints/{filed['number']}/pause"
    assert api.as_("engineering1").post(url, {"reason": "waiting_part"}).status_code == 403
    assert api.post(url, {"reason": "suspended"}).status_code == 400
    assert api.post("/complaints/HQ-2026-0999/pause", {"reason": "waiting_part"}).status_code == 404


def test_call_for_the_next_in_charge(api: Api, filed: dict[str, Any]) -> None:
    task = receive(api, filed["number"])
    assert "escalate" in task["actions"]
    answer = api.as_("sales2").post(f"/tasks/{task['id']}/escalate", {"reason": "the line stands"})
    assert (answer.status_code, answer.json["escalated_to"], answer.json["level"]) == (200, "sales1", 1)
    assert receive(api, filed["number"])["escalation_level"] == 1
    assert api.post(f"/tasks/{task['id']}/escalate", {"reason": " "}).status_code == 422
    assert api.as_("production1").post(f"/tasks/{task['id']}/escalate", {"reason": "why"}).status_code == 404


def test_the_calendar_is_read_and_set(api: Api) -> None:
    before = api.get("/calendar").json
    assert (before["site"], before["timezone"], before["country"]) == ("HQ", "Asia/Shanghai", "CN")
    assert before["week"] == WEEK
    wanted = {"country": "CN", "week": WEEK, "days_on": ["2026-03-07"], "days_off": ["2026-03-03"]}
    assert api.call("PUT", "/calendar", wanted).status_code == 200
    assert {name: api.get("/calendar").json[name] for name in wanted} == wanted
    night = [[["00:00", "06:00"], ["22:00", "24:00"]]] * 7
    assert api.call("PUT", "/calendar", {"week": night}).status_code == 200
    assert (api.get("/calendar").json["week"], api.get("/calendar").json["country"]) == (night, None)
    assert api.as_("manager").call("PUT", "/calendar", wanted).status_code == 403
    assert api.call("PUT", "/calendar", {"week": [[]] * 7}).json["error"]["code"] == "calendar.week"


def test_groups_are_listed_changed_and_made(api: Api) -> None:
    groups = {group["key"]: group for group in api.get("/groups").json["items"]}
    assert [(key, groups[key]["lead"], groups[key]["parent"]) for key in ("quality", "management", "vp", "gm")] == [
        ("quality", "quality1", "management"),
        ("management", "manager", "vp"),
        ("vp", "vp", "gm"),
        ("gm", "gm", None),
    ]
    made = api.call(
        "PUT", "/groups/paint_shop", {"title": "喷漆\nPaint shop", "lead": "quality2", "parent": "production"}
    )
    assert (made.status_code, made.json["lead"], made.json["parent"]) == (200, "quality2", "production")
    refused = api.call("PUT", "/groups/production", {"title": "Production", "parent": "paint_shop"})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "group.cycle")
    assert api.as_("manager").call("PUT", "/groups/quality", {"title": "Quality"}).status_code == 403
