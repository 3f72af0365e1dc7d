"""The workers do their work and never fail for missing optional data; results fit topic and case schema."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from server.jobs.api import Repeats
from server.jobs.registry import Registry, load_registry
from tests.unit.documents import cases
from tests.unit.workers.fake_job import FakeJob, Mail, as_job

ROOT = Path(__file__).resolve().parents[3]
AT = "2026-03-02T23:30:00Z"
NOT_SENT = {"sent": False, "left_out": ["customer.email"]}
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
    diagram = etree.parse(ROOT / "workflows/complaint/complaint.bpmn")
    operators = diagram.iter(f"{SPIFF}serviceTaskOperator")
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
            assert field["type"] == place["properties"][name]["type"], (topic, name)


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
    assert run(registry, "customer.send_answer@1", job) == {"sent": False, "left_out": left_out}
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
    assert run(registry, "customer.send_eight_d@1", job) == {"sent": False, "left_out": ["eight_d.document.file"]}
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
    job.register.answer = Repeats(2, 80_000.25, 500, ["KS-2025-0007", "KS-2026-0003"])
    assert run(registry, "grading.inputs@1", job) == {
        "repeat_count": 2,
        "repeat_cost": 110_000.75,
        "repeat_quantity": 518,
        "repeat_mw": pytest.approx(0.22792),
        "repeat_numbers": ["KS-2025-0007", "KS-2026-0003"],
    }
    assert job.register.asked == [("Nordlicht", "KS-440", "delamination")]


@pytest.mark.parametrize("case", [{}, {"product": None, "grading": {"cost": None}}, {"grading": {"cost": -5}}])
def test_grading_without_repeats_or_data_is_zero(registry: Registry, case: dict[str, Any]) -> None:
    found = run(registry, "grading.inputs@1", FakeJob(case))
    assert found == {"repeat_count": 0, "repeat_cost": 0, "repeat_quantity": 0, "repeat_numbers": []}


def test_a_first_complaint_repeats_nothing_however_large(registry: Registry) -> None:
    found = run(
        registry,
        "grading.inputs@1",
        FakeJob({"product": {"quantity_defective": 9000, "power_w": 500}, "grading": {"cost": 6_000_000}}),
    )
    assert (found["repeat_cost"], found["repeat_mw"]) == (0, 0)


def test_the_archive_is_kept_with_its_checksum(registry: Registry) -> None:
    job = FakeJob()
    kept = run(registry, "archive.package@1", job)
    assert kept["file"] == "file-1"
    assert kept["sha256"] == job.files.info("file-1").sha256
    assert job.files.info("file-1").name == "KS-2026-0042.zip"


def test_results_are_valid_by_the_case_schema(registry: Registry) -> None:
    schema = json.loads((ROOT / "forms/complaint/case.schema.json").read_text("utf-8"))
    for topic, path in tasks_of_the_diagram():
        value: Any = run(registry, topic, FakeJob(cases.FULL))
        for name in reversed(path.split(".")):
            value = {name: value}
        assert not list(Draft202012Validator(schema).iter_errors(value)), topic
