"""The workers do their work and never fail for missing optional data; results fit topic and case schema."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from server.jobs.api import Repeats
from server.jobs.registry import ContractBroken, Registry, load_registry
from tests.unit.documents import cases
from tests.unit.workers.fake_job import FakeJob, Mail, as_job

ROOT = Path(__file__).resolve().parents[3]
AT = "2026-03-02T23:30:00Z"
NOT_SENT = {"sent": False, "to": None, "at": None, "left_out": ["customer.email"]}
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def run(registry: Registry, topic: str, job: FakeJob) -> dict[str, Any]:
    job.topic = topic
    result = registry.run(as_job(job))
    assert result is not None
    return result


def tasks_of_the_diagram() -> list[tuple[str, str]]:
    """(topic, dotted path of the result) of every service task."""
    diagrams = [etree.parse(path) for path in (ROOT / "workflows/complaint").glob("*.bpmn")]
    operators = [found for diagram in diagrams for found in diagram.iter(f"{SPIFF}serviceTaskOperator")]
    return sorted({(operator.get("id"), operator.get("resultVariable")) for operator in operators})


def test_every_topic_of_the_diagram_has_a_worker_and_a_place_in_the_case_schema(registry: Registry) -> None:
    tasks = tasks_of_the_diagram()
    assert {topic for topic, _ in tasks} == registry.topics
    schema = json.loads((ROOT / "forms/complaint/case.schema.json").read_text("utf-8"))
    for topic, path in tasks:
        place = schema
        for name in path.split("."):
            place = place["properties"][name]
        promised = registry.get(topic).result["properties"]
        assert promised.keys() <= place["properties"].keys(), topic
        for name, field in promised.items():
            kinds = {field["type"]} if isinstance(field["type"], str) else set(field["type"])
            assert kinds - {"null"} == {place["properties"][name]["type"]}, (topic, name)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("topic", "template"), [("customer.acknowledge@1", "acknowledge"), ("customer.send_result@1", "result")]
)
def test_a_mail_goes_to_the_customer_in_his_language(
    registry: Registry, topic: str, template: str, language: str
) -> None:
    job = FakeJob(cases.FULL, language=language)
    assert run(registry, topic, job) == {"sent": True, "to": "he@haichuan.example", "at": AT, "left_out": []}
    [mail] = job.outbox.mails
    assert mail == Mail(
        "he@haichuan.example", f"{template} KS-2026-0042 {language}", "https://kesu.example/status/x\n", ()
    )


@pytest.mark.parametrize(
    "customer", [None, {}, {"email": None}, {"email": "none"}, {"email": "a@b.example, c@d.example"}, [], "x"]
)
@pytest.mark.parametrize("topic", ["customer.acknowledge@1", "customer.send_result@1"])
def test_without_an_address_nothing_is_sent_and_that_is_recorded(
    registry: Registry, topic: str, customer: object
) -> None:
    job = FakeJob({"customer": customer})
    assert run(registry, topic, job) == NOT_SENT
    assert job.outbox.mails == []


def test_the_promised_call_is_told_in_the_sites_time(registry: Registry) -> None:
    job = FakeJob({"customer": {"email": "a@b.example"}, "intake": {"callback_by": "2026-03-03T01:30:00Z"}})
    run(registry, "customer.acknowledge@1", job)
    assert job.outbox.mails[0].text == "https://kesu.example/status/x 2026-03-03 09:30\n"


def test_an_answer_is_sent_in_writing(registry: Registry) -> None:
    job = FakeJob({"customer": {"email": "a@b.example"}, "service": {"answer": "水压已恢复。"}})
    assert run(registry, "customer.send_answer@1", job)["sent"]
    assert job.outbox.mails[0].subject == "answer KS-2026-0042 zh-CN"


@pytest.mark.parametrize(
    ("case", "left_out"),
    [
        ({"service": {"answer": "x"}, "request": {"reply_form": "oral"}}, []),
        ({"service": {}}, ["service.answer"]),
        ({}, ["service.answer"]),
    ],
)
def test_no_answer_is_sent_where_none_is_due(registry: Registry, case: dict[str, Any], left_out: list[str]) -> None:
    job = FakeJob({"customer": {"email": "a@b.example"}, **case})
    assert run(registry, "customer.send_answer@1", job) == {**NOT_SENT, "left_out": left_out}
    assert job.outbox.mails == []


def test_the_8d_report_is_made_and_sent(registry: Registry) -> None:
    job = FakeJob(cases.FULL)
    job.files.contents = {
        "f1": ("裂纹.jpg", "image/jpeg", b"1" * 100),
        "f2": ("视频.mp4", "video/mp4", b"2"),
        "f3": ("secret.jpg", "image/jpeg", b"3"),
    }
    document = run(registry, "eight_d.render@1", job)
    assert document == {"file": "file-4", "files": ["file-4"], "created_at": AT}
    assert job.files.info("file-4").name == "8D-KS-2026-0042.pdf"
    [(template, report, images)] = job.documents.printed
    assert (template, images, report["language"]) == ("eight_d", ("f1",), "zh-CN")
    assert report["photos"] == [{"id": "f1", "name": "裂纹.jpg"}, {"id": "f2", "name": "视频.mp4"}]
    assert report["printed_on"] == "2026-03-03"

    job.case = {**cases.FULL, "eight_d": {**cases.FULL["eight_d"], "document": document}}
    assert run(registry, "customer.send_eight_d@1", job)["sent"]
    assert job.outbox.mails[0].attachments == ("file-4",)


@pytest.mark.parametrize(("rounds", "name"), [(None, ""), ({"eight_d": 1}, ""), ({"eight_d": 2}, "-2"), ({}, "")])
def test_a_later_issue_of_the_8d_has_a_name_of_its_own(registry: Registry, rounds: object, name: str) -> None:
    job = FakeJob({"rounds": rounds})
    file_id = run(registry, "eight_d.render@1", job)["file"]
    assert job.files.info(file_id).name == f"8D-KS-2026-0042{name}.pdf"


ENDS = {
    "not_valid": {"validity": {"explanation": "the parts are not ours"}},
    "reevaluated": {"reevaluation": {"answer": "we send new ones"}},
    "closed_with_remark": {},
    "withdrawn": {},
    "duplicate": {"duplicate": {"of": "KS-2026-0040"}, "request": {"reply_form": "oral"}},
    "referred": {},
}


@pytest.mark.parametrize("outcome", ENDS)
def test_the_customer_is_told_of_every_other_end(registry: Registry, outcome: str) -> None:
    job = FakeJob({"customer": {"email": "a@b.example"}, **ENDS[outcome]}, parameters={"outcome": outcome})
    found = run(registry, "customer.send_closing@1", job)
    assert found == {"sent": True, "to": "a@b.example", "at": AT, "left_out": [], "outcome": outcome}
    [mail] = job.outbox.mails
    assert (mail.subject, mail.text) == ("closing KS-2026-0042 zh-CN", f"https://kesu.example/status/x {outcome}\n")


@pytest.mark.parametrize("outcome", ENDS)
def test_without_an_address_the_end_is_recorded_all_the_same(registry: Registry, outcome: str) -> None:
    job = FakeJob(ENDS[outcome], parameters={"outcome": outcome})
    assert run(registry, "customer.send_closing@1", job) == {**NOT_SENT, "outcome": outcome}
    assert job.outbox.mails == []


@pytest.mark.parametrize(
    ("outcome", "case", "left_out"),
    [
        ("not_valid", {}, ["validity.explanation"]),
        ("reevaluated", {"reevaluation": {"answer": None}}, ["reevaluation.answer"]),
        ("duplicate", {}, ["duplicate.of"]),
        ("not_valid", {**ENDS["not_valid"], "request": {"reply_form": "oral"}}, []),
        ("reevaluated", {**ENDS["reevaluated"], "request": {"reply_form": "oral"}}, []),
    ],
)
def test_no_closing_mail_says_nothing(
    registry: Registry, outcome: str, case: dict[str, Any], left_out: list[str]
) -> None:
    job = FakeJob({"customer": {"email": "a@b.example"}, **case}, parameters={"outcome": outcome})
    found = run(registry, "customer.send_closing@1", job)
    assert found == {**NOT_SENT, "left_out": left_out, "outcome": outcome}
    assert job.outbox.mails == []


@pytest.mark.parametrize("parameters", [{}, {"outcome": None}, {"outcome": "archived"}])
def test_an_end_nobody_knows_is_refused(registry: Registry, parameters: dict[str, Any]) -> None:
    with pytest.raises(ContractBroken):
        run(registry, "customer.send_closing@1", FakeJob(parameters=parameters))


def test_the_8d_report_of_an_empty_case_is_made(registry: Registry) -> None:
    job = FakeJob({"eight_d": {"photos": ["gone", "gone"], "language": None}}, language="en")
    assert run(registry, "eight_d.render@1", job)["file"] == "file-1"
    [(_, report, images)] = job.documents.printed
    assert (report["language"], report["photos"], images) == ("en", [], ())


def test_pictures_fit_into_a_mail(registry: Registry) -> None:
    ids = [f"p{number}" for number in range(30)]
    job = FakeJob({"eight_d": {"photos": ids}})
    job.files.contents = {id_: (f"{id_}.jpg", "image/jpeg", b"x" * 1_500_000) for id_ in ids}
    run(registry, "eight_d.render@1", job)
    [(_, report, images)] = job.documents.printed
    assert len(images) == 8
    assert len(report["photos"]) == 30


@pytest.mark.parametrize("document", [None, {}, {"file": None}, {"file": "gone"}, "x"])
def test_without_a_report_none_is_sent(registry: Registry, document: object) -> None:
    job = FakeJob({"customer": {"email": "a@b.example"}, "eight_d": {"document": document}})
    assert run(registry, "customer.send_eight_d@1", job) == {**NOT_SENT, "left_out": ["eight_d.document.file"]}
    assert job.outbox.mails == []


def test_grading_adds_this_complaint_to_those_it_repeats(registry: Registry) -> None:
    job = FakeJob(
        {
            "customer": {"name": "Nordlicht"},
            "product": {"part_no": "KS-440", "quantity_defective": 18, "power_w": 440},
            "problem": {"defect": "delamination"},
            "grading": {"cost": 30_000.5},
        }
    )
    job.register.answer = Repeats(2, 80_000.25, 500, 0.22, ["KS-2025-0007", "KS-2026-0003"])
    assert run(registry, "grading.inputs@1", job) == {
        "repeat_count": 2,
        "repeat_cost": 110_000.75,
        "repeat_quantity": 518,
        "repeat_mw": 0.22792,
        "repeat_numbers": ["KS-2025-0007", "KS-2026-0003"],
    }
    assert job.register.asked == [("Nordlicht", "KS-440", "delamination", 12)]


def test_the_diagram_says_how_far_back_repeats_count(registry: Registry) -> None:
    job = FakeJob({"product": {"part_no": "KS-440"}}, parameters={"months": 6})
    run(registry, "grading.inputs@1", job)
    assert job.register.asked == [("", "KS-440", None, 6)]


@pytest.mark.parametrize("months", [0, 121, 1.5, "12", None])
def test_a_period_that_is_none_is_refused(registry: Registry, months: object) -> None:
    with pytest.raises(ContractBroken):
        run(registry, "grading.inputs@1", FakeJob(parameters={"months": months}))


@pytest.mark.parametrize(
    ("case", "earlier", "mw"),
    [
        ({"grading": {"mw": 0.11}, "product": {"quantity_defective": 9000, "power_w": 500}}, 0.89, 1),
        ({"grading": {"mw": 0}, "product": {"quantity_defective": 9000, "power_w": 500}}, 0.89, 0.89),
        ({"product": {"quantity_defective": 100, "power_w": 410.5}}, 0.1, 0.14105),
        ({"product": {"quantity_defective": 100, "power_w": 500}}, None, 0.05),
        ({"product": {"quantity_defective": 100}}, 0.1, 0.1),
        ({"product": {"quantity_defective": 100}}, None, None),
        ({"grading": {"mw": 0.05}}, 0.17 + 0.28, 0.5),
    ],
)
def test_megawatts_of_repeats(registry: Registry, case: dict[str, Any], earlier: float | None, mw: float) -> None:
    job = FakeJob(case)
    job.register.answer = Repeats(1, 0, 0, earlier, ["KS-2025-0007"])
    assert run(registry, "grading.inputs@1", job)["repeat_mw"] == mw


def test_of_very_many_repeats_the_newest_are_named(registry: Registry) -> None:
    job = FakeJob()
    numbers = [f"KS-2025-{number:05}" for number in range(1, 1203)]
    job.register.answer = Repeats(1202, 0, 0, None, numbers)
    found = run(registry, "grading.inputs@1", job)
    assert (found["repeat_count"], len(found["repeat_numbers"])) == (1202, 1000)
    assert (found["repeat_numbers"][0], found["repeat_numbers"][-1]) == ("KS-2025-00203", "KS-2025-01202")


@pytest.mark.parametrize("case", [{}, {"product": None, "grading": {"cost": None}}, {"grading": {"cost": -5}}])
def test_grading_without_repeats_or_data_is_zero(registry: Registry, case: dict[str, Any]) -> None:
    found = run(registry, "grading.inputs@1", FakeJob(case))
    none = {"repeat_count": 0, "repeat_cost": 0, "repeat_quantity": 0, "repeat_mw": None, "repeat_numbers": []}
    assert found == none


def test_a_first_complaint_repeats_nothing_however_large(registry: Registry) -> None:
    found = run(
        registry,
        "grading.inputs@1",
        FakeJob({"product": {"quantity_defective": 9000, "power_w": 500}, "grading": {"cost": 6_000_000}}),
    )
    assert (found["repeat_cost"], found["repeat_mw"]) == (0, None)


def test_the_archive_is_kept_with_its_checksum(registry: Registry) -> None:
    job = FakeJob()
    kept = run(registry, "archive.package@1", job)
    assert kept["file"] == "file-1"
    assert kept["sha256"] == job.files.info("file-1").sha256
    assert job.files.info("file-1").name == "KS-2026-0042.zip"


def test_results_are_valid_by_the_case_schema(registry: Registry) -> None:
    schema = json.loads((ROOT / "forms/complaint/case.schema.json").read_text("utf-8"))
    for topic, path in tasks_of_the_diagram():
        parameters = {"outcome": "withdrawn"} if topic == "customer.send_closing@1" else {}
        result = run(registry, topic, FakeJob(cases.FULL, parameters=parameters))
        value: Any = {name: field for name, field in result.items() if field is not None}
        for name in reversed(path.split(".")):
            value = {name: value}
        assert not list(Draft202012Validator(schema).iter_errors(value)), topic
