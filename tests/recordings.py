"""Complaints run through the product whose histories are the recorded tests of the bundled application.

`python -m tests.recordings` plays all of them in a house of its own and writes workflows/complaint/tests: do so after the
process was changed on purpose, and read what git shows.
"""

import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import stories
from tests.house import actor, build, drain_jobs

if TYPE_CHECKING:
    from server.casework.command import Command
    from server.casework.context import Context

FOLDER = Path(__file__).parents[1] / "workflows" / "complaint" / "tests"
PEOPLE = {
    "sales": "sales1",
    "quality": "quality1",
    "engineering": "engineering1",
    "production": "production1",
    "management": "manager",
    "service": "service1",
    "vp": "vp",
    "gm": "gm",
}
STEP = timedelta(hours=3)
REST = "housing-sink-marks"
"""Whose answers are taken where a story has none of its own, before those of the others."""


class Tale:
    """One complaint; each thing done takes three hours."""

    def __init__(self, house: "Context", key: str) -> None:
        from server.commands.file_complaint import FileComplaint

        self.house, self.key = house, key
        sample = stories.SAMPLES[key]
        filed = FileComplaint(actor=actor(house, "sales1"), channel=sample["channel"], fields=sample["fields"])
        body = self.do(filed)
        self.number, self.instance_id = str(body["number"]), str(body["instance_id"])

    def do(self, command: "Command") -> dict[str, Any]:
        body: dict[str, Any] = self.house.execute(command).body
        self.house.clock.advance(timedelta(minutes=2))  # type: ignore[attr-defined]
        drain_jobs(self.house)
        self.house.clock.advance(STEP)  # type: ignore[attr-defined]
        return body

    def tasks(self) -> list[dict[str, Any]]:
        from server.queries.task_list import task_list

        admin = actor(self.house, "admin")
        found: list[dict[str, Any]] = task_list(self.house, admin, language="en", case=self.number)["items"]
        return found

    def task(self, element_id: str) -> dict[str, Any]:
        return next(one for one in self.tasks() if one["element_id"] == element_id)

    def answer(self, element_id: str, data: Mapping[str, Any]) -> None:
        from server.commands.complete_task import CompleteTask

        task = self.task(element_id)
        who = actor(self.house, PEOPLE[task["groups"][0]])
        self.do(CompleteTask(actor=who, task_id=task["id"], data=dict(data)))

    def tell(self, name: str, payload: Mapping[str, Any]) -> None:
        from server.commands.deliver_message import DeliverMessage

        correlation = {"number": self.number}
        admin = actor(self.house, "admin")
        self.do(DeliverMessage(actor=admin, name=name, correlation=correlation, payload=dict(payload)))

    def play(self, *, until: str | None = None) -> "Tale":
        """The story's own answers, up to the element `until`, which is left open."""
        for step in stories.steps(self.key):
            if step.get("element_id") == until and until is not None:
                break
            if "message" in step:
                self.tell(step["message"], step["payload"])
            else:
                self.answer(step["element_id"], step["data"])
        return self

    def finish(self, **special: Mapping[str, Any]) -> "Tale":
        """All that is still open, what `special` answers first; for the rest see REST."""
        common = {name: data for key in (*stories.SAMPLES, REST) for name, data in stories.answers(key).items()}
        while tasks := self.tasks():
            names = sorted(one["element_id"] for one in tasks)
            name = next((one for one in names if one in special), names[0])
            self.answer(name, special.get(name, common.get(name, {})))
        return self


def archived(house: "Context") -> Tale:
    return Tale(house, "housing-sink-marks").play()


def eight_d_reviewed_twice(house: "Context") -> Tale:
    """The 8D comes back from the review, then a bad shipment begins a second round of the plan."""
    bad = {"rollout": {"shipment_3": {"result": "bad", "number": "DN-1140", "remark": "仍有 2 件毛刺"}}}
    tale = Tale(house, "fan-blade-burrs").play()
    tale.answer("shipment_3", bad)
    return tale.finish()


def goods_returned(house: "Context") -> Tale:
    return Tale(house, "valve-seat-leak").play().finish()


def not_quality(house: "Context") -> Tale:
    return Tale(house, "meter-reading").play()


def not_valid(house: "Context") -> Tale:
    return Tale(house, "foreign-bearing").play()


def resolved_at_once(house: "Context") -> Tale:
    return Tale(house, "missing-screws").play()


def withdrawn(house: "Context") -> Tale:
    return Tale(house, "wrong-colour").play()


def duplicate(house: "Context") -> Tale:
    from server.commands.merge_complaint import MergeComplaint

    first = Tale(house, "label-peeling")
    tale = Tale(house, "label-peeling").play()
    sales = actor(house, "sales1")
    tale.do(MergeComplaint(actor=sales, number=tale.number, of=first.number, reason="同一批标签，客户报了两次"))
    return tale


def settled_outside(house: "Context") -> Tale:
    from server.commands.refer_complaint import ReferComplaint

    tale = Tale(house, "micro-cracks-transport").play()
    quality = actor(house, "quality1")
    tale.do(ReferComplaint(actor=quality, number=tale.number, kind="authority", reason="市场监管局已受理"))
    outside = {"refer_outside": {"referral": {"to": "市场监管局", "facts": "运输堆叠三层"}}}
    outside["outside_result"] = {"referral": {"result": "settled", "ruling": "调解：运输方承担六成"}}
    return tale.finish(**outside)


def closed_with_remark(house: "Context") -> Tale:
    """Three plans do not hold, one goes back for want of figures, the last decision closes with a remark."""
    from server.commands.send_back_task import SendBackTask

    tale = Tale(house, "silver-streaks").play()
    task = tale.task("verify_plan")
    who = actor(house, PEOPLE[task["groups"][0]])
    tale.do(SendBackTask(actor=who, task_id=task["id"], reason="缺干燥参数", target="plan"))
    no = {"plan": {"verified_by": "trial", "feasible": "no", "verification": "试产仍有银丝"}}
    close = {"exhausted": {"decision": "close", "remark": "客户改用另一牌号，双方同意结案"}}
    return tale.finish(verify_plan=no, decide_limit=close)


TALES: Mapping[str, Callable[["Context"], Tale]] = {
    "archived": archived,
    "bad-shipment-second-round": eight_d_reviewed_twice,
    "closed-with-remark": closed_with_remark,
    "duplicate": duplicate,
    "goods-returned": goods_returned,
    "not-quality": not_quality,
    "not-valid": not_valid,
    "resolved-at-once": resolved_at_once,
    "settled-outside": settled_outside,
    "withdrawn": withdrawn,
}
"""By the name of the test."""


def main() -> None:
    from server.queries.record_case import record_case
    from server.start import prepare

    FOLDER.mkdir(exist_ok=True)
    for name, run in TALES.items():
        with tempfile.TemporaryDirectory() as folder:
            house = build(Path(folder))
            prepare(house, demo=True)
            made = record_case(house, actor(house, "admin"), run(house).number, name)
            (FOLDER / f"{name}.json").write_bytes(made.content)
            print(name, "passes" if made.outcome.ok else made.outcome.to_json("en"))
            house.database.close()


if __name__ == "__main__":
    main()
