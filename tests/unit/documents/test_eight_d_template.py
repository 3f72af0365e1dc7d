"""The bundled 8D report: complete, in every language, from any case file, and nothing internal in it."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from server.documents.bundle import BundleDocuments
from server.domain.bundle import Bundle
from server.domain.eight_d import eight_d_report
from tests.unit.documents import cases
from tests.unit.files import samples

ROOT = Path(__file__).resolve().parents[3]
AT = datetime(2026, 4, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def documents() -> BundleDocuments:
    return BundleDocuments(Bundle.from_folder(ROOT, "complaint"))


def pages(documents: BundleDocuments, case: dict[str, Any], language: str) -> str:
    report = eight_d_report(case, "KS-2026-0042", language)
    names = {"f1": "裂纹.png", "f2": "视频.mp4"}
    report["photos"] = [{"id": id_, "name": names[id_]} for id_ in report["photos"]]
    pdf = documents.pdf("eight_d", report, {"f1": samples.png()}, AT)
    reader = PdfReader(io.BytesIO(pdf.data))
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def test_the_chinese_report_is_complete(documents: BundleDocuments) -> None:
    text = pages(documents, cases.FULL, "zh-CN")
    for expected in (
        "8D报告", "8D-2026-031", "KS-2026-0042", "QR-2026-118", "D0紧急响应", "D1小组", "主持与回复客户", "D2问题描述",
        "D3应急措施", "客户库存", "4763/21", "没有在途产品", "D4根本原因", "为何流出", "首件检验不含压装试验", "D5", "料温联锁",
        "D6", "20260321-1", "D7", "PFMEA-663", "后三批出货", "D8结案", "何经理", "裂纹.png", "视频.mp4", "不构成对责任",
    ):  # fmt: skip
        assert expected in text, expected
    assert "Containment" not in text


def test_the_english_report_has_no_chinese_of_ours(documents: BundleDocuments) -> None:
    text = pages(documents, cases.ENGLISH, "en")
    for expected in ("8Dreport", "Interim", "CLM-4471", "On-siterework", "Noadmission".lower(), "Intransit", "620/4"):
        assert expected in text, expected
    assert not re.search(r"[\u4e00-\u9fff]", text)


def test_a_report_in_both_languages_says_everything_twice(documents: BundleDocuments) -> None:
    text = pages(documents, cases.FULL, "both")
    for expected in ("应急措施Containment", "客户库存Customer'sstock", "不构成对责任", "noadmissionofliability"):
        assert expected in text.replace("’", "'"), expected


def test_what_each_place_and_round_reports_is_printed(documents: BundleDocuments) -> None:
    text = pages(documents, cases.FULL | cases.BY_PLACE, "zh-CN")
    for expected in (
        "确认不良", "TH-26-031", "有，已拦截", "COSU631", "WI-INJ-07", "注塑车间二班", "DN-0409", "无出货计划", "李娜",
        "2026-03-14", "已签发2026-03-15", "此前的方案", "此前的8D报告", "退回8D", "请补充流出原因",
    ):  # fmt: skip
        assert expected in text, expected
    assert "INTERNAL" not in text


def test_a_report_that_nobody_signed_says_so(documents: BundleDocuments) -> None:
    back = {"release": {"gm_decision": "back", "signed_on": "2026-03-15"}}
    assert "已签发" not in pages(documents, cases.FULL | back, "zh-CN")


@pytest.mark.parametrize("language", ["zh-CN", "en", "both", "fr"])
def test_nothing_internal_reaches_the_customer(documents: BundleDocuments, language: str) -> None:
    assert "INTERNAL" in str(cases.FULL)
    assert "INTERNAL" not in pages(documents, cases.FULL, language)


@pytest.mark.parametrize(
    "case", [{}, {"team": None, "plan": [], "eight_d": {"photos": None}}, {"problem": {"title": 5}}]
)
def test_an_empty_case_file_gives_a_report(documents: BundleDocuments, case: dict[str, Any]) -> None:
    text = pages(documents, case, "both")
    assert "KS-2026-0042" in text
    assert "待补充Tofollow" in text


def test_the_reservation_can_be_left_out(documents: BundleDocuments) -> None:
    case = {"eight_d": {"reservation": False}}
    assert "noadmission" not in pages(documents, case, "en")


@pytest.mark.parametrize("text", cases.HARD_TEXTS)
def test_hard_texts_print_in_every_place(documents: BundleDocuments, text: str) -> None:
    case = {
        "problem": {"description": text, "defect": text, "is_is_not": [{"is": text, "dimension": text}]},
        "product": {"batch": text, "unit": text},
        "team": {"members": [{"name": text}]},
        "eight_d": {"title": text, "root_cause": text, "released_by": text},
        "containment": {"actions": [{"action": text, "place": text, "introduced_on": text}]},
    }
    assert "KS-2026-0042" in pages(documents, case, "both")


def test_every_coded_value_shown_has_words_in_the_case_schema(documents: BundleDocuments) -> None:
    template = (ROOT / "forms/complaint/documents/eight_d.typ").read_text("utf-8")
    paths = set(re.findall(r'(?:label|code)\("([a-z_.]+)"', template))
    assert len(paths) > 20
    assert paths <= documents._labels.keys()
    assert all(len(title.splitlines()) == 2 for path in paths for title in documents._labels[path].values())
