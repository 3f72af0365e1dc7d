"""User tasks: found, read, claimed, drafted, completed, handed on, sent back."""

from datetime import timedelta
from typing import Any

import pytest

from server.clock import ManualClock
from tests.rest import Api

RECEIVED = {"intake": {"urgency": "high"}}
RECORDED = {"problem": {"description": "Cracked at the corner"}, "immediate": {"resolved": "no"}}


def test_the_list_and_its_filters(api: Api, clock: ManualClock) -> None:
    first = api.file()["number"]
    clock.advance(timedelta(seconds=1))
    second = api.file(customer={"name": "海天塑胶"})["number"]
    cases = lambda query: [item["case_number"] for item in api.get(f"/tasks?{query}").json["items"]]  # noqa: E731
    assert cases("") == cases("order=created") == cases("group=sales") == [first, second]
    assert cases("group=quality") == cases("assignee=sales1") == cases("state=completed") == []
    assert cases(f"case={second}") == cases("q=海天") == [second]
    page = api.get("/tasks?limit=1").json
    following = api.get(f"/tasks?limit=1&cursor={page['next']}").json
    assert [page["items"][0]["case_number"], following["items"][0]["case_number"]] == [first, second]
    assert following["next"] is None


def test_a_cursor_of_one_order_is_no_cursor_of_the_other(api: Api) -> None:
    api.file(), api.file()
    cursor = api.get("/tasks?limit=1&order=created").json["next"]
    assert api.get(f"/tasks?limit=1&order=due&cursor={cursor}").status_code == 400


def test_one_task_in_two_languages(api: Api, filed: dict[str, Any]) -> None:
    task = api.task(filed["number"])
    chinese = api.get(f"/tasks/{task['id']}", language="zh-CN").json
    assert task["definition"] == "complaint"
    assert task["groups"] == ["sales"]
    assert "Listen patiently" in task["instructions"]
    assert "耐心" in chinese["instructions"]
    assert task["name"] != chinese["name"]
    assert task["form"]["schema"]["title"] != chinese["form"]["schema"]["title"]
    assert "\n" not in task["name"] + task["form"]["schema"]["title"]
    assert {"claim", "complete", "draft", "transfer"} <= set(task["actions"])


def test_completing_moves_the_case_on(api: Api, filed: dict[str, Any]) -> None:
    task = api.task(filed["number"])
    done = api.post(f"/tasks/{task['id']}/complete", {"data": RECEIVED, "revision": task["revision"]}).json
    assert (done["task"]["id"], done["task"]["state"]) == (task["id"], "completed")
    assert (done["task"]["name"], done["instance"]["active"][0]["name"]) == (task["name"], "Record the complaint")
    people = [step["element_id"] for step in done["instance"]["active"] if step["kind"] == "user_task"]
    assert people == ["record"]
    assert api.get(f"/tasks/{task['id']}").json["actions"] == ["withdraw"]
    assert [item["id"] for item in api.get("/tasks?state=completed").json["items"]] == [task["id"]]
    again = api.post(f"/tasks/{task['id']}/complete", {"data": RECEIVED})
    assert (again.status_code, again.json["error"]["code"]) == (409, "task.not_open")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "/intake"),
        ({"intake": {}}, "/intake/urgency"),
        ({"intake": {"urgency": "soon"}}, "/intake/urgency"),
        ({"intake": {"urgency": None}}, "/intake/urgency"),
        ({"intake": {"urgency": "high", "callback_by": "tomorrow"}}, "/intake/callback_by"),
        ({"intake": {"urgency": "high", "attachments": ["nope"]}}, None),
        ({"intake": {"urgency": "high", "attachments": "nope"}}, "/intake/attachments"),
        (RECEIVED | {"plan": {"summary": "x"}}, "/plan"),
        (RECEIVED | {"customer": {"email": "a@b\r\nBcc: c@d"}}, "/customer/email"),
    ],
)
def test_answers_that_do_not_fit(api: Api, filed: dict[str, Any], data: dict[str, Any], field: str | None) -> None:
    task = api.task(filed["number"])
    reply = api.post(f"/tasks/{task['id']}/complete", {"data": data})
    assert reply.status_code == 422
    if field is not None:
        assert reply.json["error"]["field"].startswith(field)
    assert api.task(filed["number"])["revision"] == task["revision"]


@pytest.mark.parametrize(
    "body", [{}, {"data": []}, {"data": None}, {"data": {}, "x": 1}, {"data": {}, "revision": "a"}]
)
@pytest.mark.parametrize("call", ["complete", "draft"])
def test_malformed_answers(api: Api, filed: dict[str, Any], call: str, body: Any) -> None:
    assert api.post(f"/tasks/{api.task(filed['number'])['id']}/{call}", body).status_code == 400


def test_claiming(api: Api, filed: dict[str, Any]) -> None:
    url = f"/tasks/{api.task(filed['number'])['id']}"
    mine, other = api.as_("sales1"), api.as_("sales2")
    assert mine.post(f"{url}/claim").status_code == 200
    assert mine.post(f"{url}/claim", {}).status_code == 200
    assert other.get(url).json["claimed_by"] == "sales1"
    for call, body in (("claim", {}), ("unclaim", {}), ("complete", {"data": RECEIVED}), ("draft", {"data": {}})):
        reply = other.post(f"{url}/{call}", body)
        assert (reply.status_code, reply.json["error"]["code"]) == (409, "task.claimed"), call
    assert mine.post(f"{url}/unclaim").status_code == 200
    assert other.post(f"{url}/complete", {"data": RECEIVED}).status_code == 200


def test_admin_completes_what_another_claimed(api: Api, filed: dict[str, Any]) -> None:
    url = f"/tasks/{api.task(filed['number'])['id']}"
    api.as_("sales1").post(f"{url}/claim")
    assert api.post(f"{url}/complete", {"data": RECEIVED}).status_code == 200
    events = api.get(f"/instances/{filed['instance_id']}/history?limit=1000").json["items"]
    (event,) = [event for event in events if event["type"] == "task.completed"]
    assert (event["actor"], event["data"]["claimed_by"]) == ("admin", "sales1")


def test_other_groups_keep_out(api: Api, filed: dict[str, Any]) -> None:
    url = f"/tasks/{api.task(filed['number'])['id']}"
    quality = api.as_("quality1")  # sees every complaint, yet this task is for sales
    assert quality.get(url).json["actions"] == ["urge", "priority"]
    for call, body in (("claim", {}), ("complete", {"data": RECEIVED}), ("draft", {"data": {}})):
        reply = quality.post(f"{url}/{call}", body)
        assert (reply.status_code, reply.json["error"]["code"]) == (403, "forbidden.task"), call
    assert api.as_("production1").get(url).status_code == 404


def test_drafts(api: Api, filed: dict[str, Any]) -> None:
    task = api.task(filed["number"])
    url = f"/tasks/{task['id']}"
    assert api.post(f"{url}/draft", {"data": {"problem": {"losses": "two hours"}}}).status_code == 200
    after = api.get(url).json
    assert after["state"] == "open"
    assert after["draft"]
    assert after["form"]["data"] == task["form"]["data"]
    assert api.post(f"{url}/draft", {"data": {"nonsense": 1}}).status_code == 422
    assert api.post(f"{url}/draft", {"data": {"intake": {"attachments": ["nope"]}}}).status_code == 422


def test_two_who_change_the_same_field(api: Api, filed: dict[str, Any]) -> None:
    task = api.task(filed["number"])
    api.patch(f"/complaints/{filed['number']}", {"reason": "call", "data": {"customer": {"contact": "Ms Li"}}})
    data = RECEIVED | {"customer": {"contact": "Mr Wang"}}
    url = f"/tasks/{task['id']}/complete"
    reply = api.post(url, {"data": data, "revision": task["revision"]})
    error = reply.json["error"]
    assert (reply.status_code, error["code"], error["field"]) == (409, "case.changed", "/customer/contact")
    assert error["details"][0] == {"field": "/customer/contact", "yours": "Mr Wang", "theirs": "Ms Li"}
    assert api.post(url, {"data": RECEIVED, "revision": task["revision"]}).status_code == 200


def test_without_a_revision_the_last_word_counts(api: Api, filed: dict[str, Any]) -> None:
    task = api.task(filed["number"])
    api.patch(f"/complaints/{filed['number']}", {"reason": "call", "data": {"customer": {"contact": "Ms Li"}}})
    data = RECEIVED | {"customer": {"contact": "Mr Wang"}}
    assert api.post(f"/tasks/{task['id']}/complete", {"data": data}).status_code == 200
    assert api.get(f"/complaints/{filed['number']}").json["case"]["customer"]["contact"] == "Mr Wang"


def test_rows(api: Api, filed: dict[str, Any]) -> None:
    """The array sent is the whole list: known ids are merged, others are new, those left out go."""
    url = f"/complaints/{filed['number']}"

    def amend(rows: Any) -> Any:
        reply = api.patch(url, {"reason": "rows", "data": {"team": {"members": rows}}})
        assert reply.status_code == 200, reply.json
        return api.get(url).json["case"]["team"]["members"]

    first = amend([{"name": "甲", "department": "quality"}, {"name": "乙"}])
    assert len({row["id"] for row in first}) == 2
    second = amend([{"id": first[1]["id"], "duty": "plan"}, {"name": "丙"}])
    assert second[0] == first[1] | {"duty": "plan"}
    assert [row["name"] for row in second] == ["乙", "丙"]
    reply = api.patch(url, {"reason": "rows", "data": {"team": {"members": [{"id": "unknown", "name": "丁"}]}}})
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "case.unknown_row")


def test_transfer(api: Api, filed: dict[str, Any]) -> None:
    url = f"/tasks/{api.task(filed['number'])['id']}"
    api.as_("sales1").post(f"{url}/claim")
    assert api.as_("sales1").post(f"{url}/transfer", {"to": "production1", "reason": "knows him"}).status_code == 200
    theirs = api.as_("production1").get(url).json
    assert (theirs["assignee"], theirs["claimed_by"]) == ("production1", None)
    assert [item["id"] for item in api.get("/tasks?assignee=production1").json["items"]] == [theirs["id"]]
    assert api.as_("production1").post(f"{url}/complete", {"data": RECEIVED}).status_code == 200


@pytest.mark.parametrize(("body", "status"), [({}, 400), ({"to": ""}, 400), ({"to": 5}, 400), ({"to": "nobody"}, 422)])
def test_transfers_that_are_refused(api: Api, filed: dict[str, Any], body: Any, status: int) -> None:
    assert api.post(f"/tasks/{api.task(filed['number'])['id']}/transfer", body).status_code == status


def test_send_back_makes_a_new_task(api: Api, filed: dict[str, Any]) -> None:
    number = filed["number"]
    first = api.task(number)
    assert "send_back" not in first["actions"]
    api.complete(number, RECEIVED)
    api.complete(number, RECORDED)
    confirm = api.task(number)
    assert confirm["element_id"] == "confirm"
    assert "send_back" in confirm["actions"]
    reply = api.post(f"/tasks/{confirm['id']}/send-back", {"reason": "too little is known"})
    assert (reply.status_code, reply.json["task"]["state"], reply.json["cancelled"]) == (200, "cancelled", [])
    again = api.task(number)
    assert again["element_id"] == "record"
    earlier = [item["id"] for item in api.get(f"/tasks?state=completed&case={number}").json["items"]]
    assert len(earlier) == 2
    assert again["id"] not in earlier
    assert api.get(f"/complaints/{number}").json["case"]["problem"]["description"] == "Cracked at the corner"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"reason": ""}, 422),
        ({"reason": "x", "target": "nowhere"}, 422),
        ({"reason": "x", "target": 1}, 400),
    ],
)
def test_send_backs_that_are_refused(api: Api, filed: dict[str, Any], body: Any, status: int) -> None:
    api.complete(filed["number"], RECEIVED)
    assert api.post(f"/tasks/{api.task(filed['number'])['id']}/send-back", body).status_code == status


@pytest.mark.parametrize("call", ["claim", "unclaim", "complete", "draft", "transfer", "send-back"])
def test_tasks_nobody_has(shared_api: Api, call: str) -> None:
    body = {"complete": {"data": {}}, "draft": {"data": {}}, "transfer": {"to": "admin"}, "send-back": {"reason": "x"}}
    reply = shared_api.post(f"/tasks/nope/{call}", body.get(call, {}))
    assert (reply.status_code, reply.json["error"]["code"]) == (404, "not_found.task")


def test_what_was_done_before_going_back_is_no_way_back(api: Api, clock: ManualClock, filed: dict[str, Any]) -> None:
    number = filed["number"]
    for data in (RECEIVED, RECORDED, {"classification": {"is_quality": "yes", "validity": "valid"}}):
        clock.advance(timedelta(minutes=1))
        api.complete(number, data)
    clock.advance(timedelta(minutes=1))
    cause = api.task(number)
    assert [step["element_id"] for step in cause["send_back_targets"]] == ["confirm", "record", "receive"]
    api.post(f"/tasks/{cause['id']}/send-back", {"reason": "x", "target": "record"})
    record = api.task(number)
    assert [step["element_id"] for step in record["send_back_targets"]] == ["receive"]
    assert api.post(f"/tasks/{record['id']}/send-back", {"reason": "x", "target": "confirm"}).status_code == 422
    clock.advance(timedelta(minutes=1))
    assert api.post(f"/tasks/{record['id']}/send-back", {"reason": "x"}).status_code == 200
    first = api.task(number)
    assert (first["element_id"], first["send_back_targets"]) == ("receive", [])
    assert "send_back" not in first["actions"]


@pytest.mark.parametrize("path", ["/tasks?order=created", "/tasks?order=due", "/complaints?"])
def test_pages_by_the_microsecond(api: Api, clock: ManualClock, path: str) -> None:
    numbers = []
    for _ in range(5):
        clock.advance(timedelta(microseconds=100))
        numbers.append(api.file()["number"])
    found, cursor = [], ""
    for _page in range(5):
        page = api.get(f"{path}&limit=1{cursor}").json
        found += [item.get("case_number") or item["number"] for item in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert page["next"] is None
    assert sorted(found) == numbers
