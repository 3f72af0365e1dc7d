"""Mails to oneself and the counts of the badge, through the REST API."""

from typing import Any

from tests.rest import Api


def wanted(api: Api) -> list[str]:
    return [one["kind"] for one in api.get("/notifications").json["items"] if one["wanted"]]


def test_choosing_which_mails_come(api: Api) -> None:
    seller = api.as_("sales1")
    assert "group" not in wanted(seller)
    assert seller.post("/notifications", {"kinds": ["group", "reminder"]}).json == {"kinds": ["group", "reminder"]}
    assert wanted(seller) == ["group", "reminder"]
    assert "digest" in wanted(api.as_("sales2"))
    seller.post("/notifications", {"kinds": None})
    assert "digest" in wanted(seller)
    assert seller.post("/notifications", {"kinds": ["fax"]}).json["error"]["code"] == "malformed.notice"
    assert seller.post("/notifications", {}).status_code == 400


def test_counting_what_waits(api: Api, filed: dict[str, Any]) -> None:
    seller, engineer = api.as_("sales1"), api.as_("engineering1")
    task = api.task(filed["number"])["id"]
    assert seller.get("/notifications/counts").json == {"mine": 0, "late": 0, "asked": 0, "free": 1}
    seller.post(f"/tasks/{task}/claim")
    seller.post(f"/tasks/{task}/ask", {"of": "engineering1", "text": "Which tool?"})
    assert seller.get("/notifications/counts").json == {"mine": 1, "late": 0, "asked": 0, "free": 0}
    assert engineer.get("/notifications/counts").json == {"mine": 0, "late": 0, "asked": 1, "free": 0}
