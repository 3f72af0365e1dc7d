"""The difference of two versions for scripts."""

from server.casework.context import Context
from tests.crowd import publish_unchecked
from tests.mutations import mutated
from tests.rest import Api


def test_the_difference_of_two_versions(house: Context, api: Api) -> None:
    number = api.file()["number"]
    publish_unchecked(house, mutated("lane", house.library.current("complaint").bundle))
    found = api.get("/definitions/complaint/difference?from=1&to=2").json
    assert found["from"] == {"version": 1, "draft": None}
    assert (found["same"], found["open_cases"], found["of_all"]) == (False, 1, True)
    groups = [one for one in found["consequences"] if one["code"] == "step.group"]
    assert {one["element"] for one in groups} == {"team", "train"}
    assert all(one["cases"] == [number] for one in groups)
    changes = {change["element"]: change for file in found["files"] for change in file["changes"]}
    assert (changes["team"]["before"], changes["team"]["after"]) == ("quality", "management")
    assert found == api.get("/definitions/complaint/difference").json | {"seconds": found["seconds"]}
    chinese = api.get("/definitions/complaint/difference", language="zh-CN").json
    assert "品质部" in chinese["files"][0]["changes"][0]["message"]


def test_what_there_is_no_difference_of(api: Api) -> None:
    assert api.get("/definitions/nothing/difference").status_code == 404
    assert api.get("/definitions/complaint/difference?from=5").status_code == 404
    assert api.get("/definitions/complaint/difference?from=x").status_code == 400
    assert api.get("/definitions/complaint/difference?to=1").json["same"]
