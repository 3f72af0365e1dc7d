"""The recorded complaints pass on the bundled process, and each change to it is told by its first difference."""

import json
import re
import time
from typing import Any

from server.casework.run_tests import Outcome, run_tests
from server.domain.bundle import Bundle
from server.domain.recorded_test import files_of
from tests.mutations import Draft
from tests.unit.process.bundled import BUNDLE, ROOT

ENDS = {
    "End_Archived", "End_NotValid", "End_NotQuality", "End_ResolvedAtOnce", "End_Withdrawn", "End_Duplicate",
    "End_SettledOutside", "End_ClosedWithRemark",
}  # fmt: skip


def changed(file: str, old: str, new: str, count: int = 1) -> Bundle:
    text = BUNDLE[file].decode()
    assert old in text
    return Bundle(dict(BUNDLE) | {file: text.replace(old, new, count).encode()})


def outcome(bundle: Bundle, name: str) -> Outcome:
    (found,) = run_tests(bundle, only=[f"tests/{name}.json"]).tests
    return found


def difference(bundle: Bundle, name: str, language: str = "en") -> dict[str, Any]:
    found = outcome(bundle, name).difference
    assert found is not None, f"{name} passes all the same"
    return found.to_json(language)


def step_of(name: str, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(BUNDLE[f"tests/{name}.json"])["steps"][number - 1]
    return found


def test_all_recorded_complaints_pass_on_the_bundled_process() -> None:
    report = run_tests(BUNDLE)
    assert [test.to_json("en") for test in report.tests if not test.ok] == []
    assert len(report.tests) >= 10


def test_every_end_of_the_process_and_a_second_round_are_recorded() -> None:
    tests = [json.loads(BUNDLE[file]) for file in files_of(BUNDLE)]
    assert {test["end"] for test in tests} == ENDS
    begun = {path for test in tests for step in test["steps"] for path in step.get("values", {})}
    assert {"rounds.plan", "rounds.eight_d", "rounds.rollout"} <= begun
    assert {"send_back", "message", "job", "task", "file"} <= {
        verb for test in tests for step in test["steps"] for verb in step
    }


def test_nothing_personal_of_the_samples_is_in_them() -> None:
    samples = json.loads((ROOT / "server/demo/complaints.json").read_text("utf-8"))
    personal = {
        value
        for one in samples
        for name, value in one["fields"]["customer"].items()
        if name not in ("language", "complaint_no")
    }
    text = "".join(BUNDLE[file].decode() for file in files_of(BUNDLE))
    assert {value for value in personal if value in text} == set()


def test_twenty_whole_complaints_take_less_than_ten_seconds() -> None:
    one = BUNDLE["tests/bad-shipment-second-round.json"]
    more = {f"tests/copy-{number}.json": one for number in range(20)}
    started = time.perf_counter()
    report = run_tests(Bundle(dict(BUNDLE) | more), only=list(more))
    assert report.ok
    assert len(report.tests) == 20
    assert time.perf_counter() - started < 10


def test_a_changed_gateway_condition_names_both_ways() -> None:
    found = difference(
        changed("complaint.bpmn", 'classification.validity == "not_valid"', 'classification.validity == "none"'),
        "not-valid",
    )
    assert step_of("not-valid", found["step"])["task"] == "confirm"
    assert found["kind"] == "path"
    assert found["elements"][0] == "confirm"
    assert "explain_not_valid" in found["expected"]
    assert "explain_not_valid" not in found["found"]
    told = "At “Confirm the complaint” the answer went to “{}”; recorded was: “Explain why it is not valid”."
    assert found["message"] == told.format("Product-quality complaint")


def test_the_same_difference_in_chinese() -> None:
    bundle = changed("complaint.bpmn", 'classification.validity == "not_valid"', 'classification.validity == "none"')
    message = difference(bundle, "not-valid", "zh-CN")["message"]
    assert "“确认投诉内容”" in message
    assert "recorded" not in message


def test_a_changed_table_is_told_by_its_value() -> None:
    found = difference(changed("participants.dmn", '"responsible"', '"general_manager"', 99), "not-valid")
    assert found["kind"] == "value"
    assert found["field"] == "/participants/ranks"
    assert (found["expected"], found["found"]) == ("responsible", "general_manager")
    assert "Ranks" in found["message"]


def test_a_removed_step_is_missed() -> None:
    draft = Draft(BUNDLE).open("complaint")
    (into,), (out,) = draft.flows("targetRef", "meeting"), draft.flows("sourceRef", "meeting")
    draft.lead(into, "targetRef", out.get("targetRef"))
    found = difference(draft.bundle(), "archived")
    assert step_of("archived", found["step"])["task"] == "team"
    assert "meeting" in found["expected"]
    assert "meeting" not in found["found"]


def test_a_new_step_is_told() -> None:
    draft = Draft(BUNDLE).open("complaint")
    draft.task("second_look", "quality")
    (out,) = draft.flows("sourceRef", "team")
    draft.lead(out, "targetRef", "second_look")
    draft.flow("second_look", "meeting")
    found = difference(draft.bundle(), "archived")
    assert found["kind"] == "path"
    assert "second_look" in found["found"]
    assert "New step second_look" in found["message"]


def test_a_renamed_form_field_says_which_form_refuses_which_field() -> None:
    form = json.loads(BUNDLE["forms/explain_not_valid.json"])
    fields = form["schema"]["properties"]["validity"]
    fields["properties"] = {"basis": fields["properties"]["explanation"]}
    fields["required"] = ["basis"]
    bundle = Bundle(dict(BUNDLE) | {"forms/explain_not_valid.json": json.dumps(form).encode()})
    found = difference(bundle, "not-valid")
    assert found["kind"] == "form"
    assert found["elements"] == ["explain_not_valid"]
    assert found["field"] == "/validity/explanation"
    assert "explanation" in found["message"]


def test_a_form_that_asks_for_more_says_what_is_missing() -> None:
    form = json.loads(BUNDLE["forms/explain_not_valid.json"])
    case = "case.schema.json#/properties/classification/properties"
    form["schema"]["properties"]["classification"]["properties"]["priority"] = {"$ref": f"{case}/priority"}
    form["schema"]["properties"]["classification"]["required"] = ["priority"]
    found = difference(Bundle(dict(BUNDLE) | {"forms/explain_not_valid.json": json.dumps(form).encode()}), "not-valid")
    assert (found["kind"], found["field"]) == ("form", "/classification/priority")
    assert "Priority" in found["message"]


def test_a_task_for_other_people_is_told() -> None:
    text = BUNDLE["complaint.bpmn"].decode()
    moved = "<bpmn:flowNodeRef>confirm</bpmn:flowNodeRef>"
    without = text.replace(moved, "")
    lane = without.index("<bpmn:flowNodeRef>receive</bpmn:flowNodeRef>")
    bundle = Bundle(dict(BUNDLE) | {"complaint.bpmn": (without[:lane] + moved + without[lane:]).encode()})
    found = difference(bundle, "not-valid")
    assert (found["kind"], found["expected"], found["found"]) == ("group", "quality", "sales")
    assert "Quality" in found["message"]


def test_another_end_is_told() -> None:
    bundle = changed("complaint.bpmn", "End_NotValid", "End_Explained", 99)
    found = difference(bundle, "not-valid")
    assert "End_Explained" in found["found"]


def test_a_worker_of_another_kind_is_told() -> None:
    found = difference(changed("complaint.bpmn", "customer.acknowledge@1", "customer.greet@1"), "withdrawn")
    assert (found["kind"], found["expected"], found["found"]) == ("topic", "customer.acknowledge@1", "customer.greet@1")


def test_an_expression_that_cannot_be_computed_is_told_where() -> None:
    bundle = changed(
        "complaint.bpmn", 'classification.validity == "not_valid"', "classification.validity + 1 == nothing_of_the_kind"
    )
    found = difference(bundle, "not-valid")
    assert found["kind"] == "fault"
    assert "nothing_of_the_kind" in found["message"]


def test_two_steps_in_the_other_order_are_told() -> None:
    draft = Draft(BUNDLE).open("complaint")
    (into,) = draft.flows("targetRef", "participants")
    (between,) = draft.flows("sourceRef", "participants")
    (out,) = draft.flows("sourceRef", "who_approves")
    draft.lead(into, "targetRef", "who_approves")
    draft.lead(out, "sourceRef", "participants")
    draft.lead(between, "sourceRef", "who_approves")
    draft.lead(between, "targetRef", "participants")
    found = difference(draft.bundle(), "not-valid")
    assert found["kind"] == "order"
    assert set(found["elements"][1:]) == {"participants", "who_approves"}
    assert "the other way round" in found["message"]


def test_redrawing_parallel_branches_in_another_order_is_no_difference() -> None:
    draft = Draft(BUNDLE).open("containment")
    split = next(
        node
        for node in draft.root.iter()
        if str(node.get("id", "")).startswith("Split") and node.tag.endswith("parallelGateway")
    )
    out = [child for child in split if child.tag.endswith("outgoing")]
    for child, text in zip(out, [child.text for child in reversed(out)], strict=True):
        child.text = text
    assert outcome(draft.bundle(), "archived").ok


def test_a_new_name_and_another_place_on_the_drawing_are_no_difference() -> None:
    text = BUNDLE["complaint.bpmn"].decode()
    redrawn = re.sub(r'x="(\d+)"', lambda found: f'x="{int(found[1]) + 40}"', text)
    redrawn = redrawn.replace("Confirm the complaint", "Look into the complaint")
    assert redrawn != text
    assert run_tests(Bundle(dict(BUNDLE) | {"complaint.bpmn": redrawn.encode()})).ok


def test_a_version_that_cannot_run_fails_its_tests_in_words() -> None:
    report = run_tests(changed("complaint.bpmn", "<bpmn:startEvent", "<bpmn:scriptTask"))
    assert not report.ok
    assert {test.difference.kind for test in report.tests if test.difference} == {"version"}


def test_without_tests_there_is_nothing_to_fail() -> None:
    bundle = Bundle({path: data for path, data in BUNDLE.items() if not path.startswith("tests/")})
    report = run_tests(bundle)
    assert report.ok
    assert report.tests == ()
