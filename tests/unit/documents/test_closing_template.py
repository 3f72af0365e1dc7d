"""The bundled mail about every other end of a complaint: each end in its own words, nothing that is for the house only."""

import re
from pathlib import Path
from typing import Any

import pytest

from server.documents.bundle import BundleDocuments
from server.domain.bundle import Bundle

ROOT = Path(__file__).resolve().parents[3]
OUTCOMES = ("not_valid", "reevaluated", "closed_with_remark", "withdrawn", "duplicate", "referred")
CASE: dict[str, Any] = {
    "customer": {"name": "宁波海川", "contact": "何经理", "complaint_no": "QR-118"},
    "validity": {"explanation": "不是我司产品", "basis": "无激光码"},
    "classification": {"reason": "INTERNAL reason", "not_valid_kind": "malicious"},
    "reevaluation": {"answer": "补货十件", "finding": "INTERNAL finding"},
    "exhausted": {"remark": "三轮之后", "decision": "close"},
    "withdrawal": {"reason": "INTERNAL withdrawal"},
    "duplicate": {"of": "HQ-2026-0007", "reason": "INTERNAL duplicate"},
    "referral": {
        "kind": "statutory_test",
        "ruling": "判定合格",
        "reason": "INTERNAL referral",
        "facts": "INTERNAL facts",
    },
}
SAID = {
    "not_valid": ("不是我司产品", "无激光码", "QR-118"),
    "reevaluated": ("补货十件",),
    "closed_with_remark": ("三轮之后",),
    "withdrawn": (),
    "duplicate": ("HQ-2026-0007",),
    "referred": ("判定合格",),
}


@pytest.fixture(scope="module")
def documents() -> BundleDocuments:
    return BundleDocuments(Bundle.from_folder(ROOT, "complaint"))


def mail(documents: BundleDocuments, outcome: str, language: str, case: dict[str, Any] = CASE) -> str:
    data = {"number": "HQ-2026-0042", "case": case, "status_url": "https://kesu.example/s/1", "outcome": outcome}
    return documents.text("closing", data, language)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_end_says_what_the_customer_needs(documents: BundleDocuments, outcome: str, language: str) -> None:
    text = mail(documents, outcome, language)
    assert "HQ-2026-0042" in text.strip().splitlines()[0], "the subject names the complaint"
    assert text.rstrip().endswith("https://kesu.example/s/1")
    for others in OUTCOMES:
        for words in SAID[others]:
            assert (words in text) is (words in SAID[outcome]), words
    assert "INTERNAL" not in text
    assert "malicious" not in text


def test_the_ends_have_different_subjects(documents: BundleDocuments) -> None:
    for language in ("zh-CN", "en"):
        assert len({mail(documents, outcome, language).strip().splitlines()[0] for outcome in OUTCOMES}) == len(
            OUTCOMES
        )


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_english_mails_are_english(documents: BundleDocuments, outcome: str) -> None:
    case = {"referral": {"kind": "statutory_test"}, "duplicate": {"of": "HQ-2026-0007"}}
    assert not re.search(r"[一-鿿]", mail(documents, outcome, "en", case))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_is_not_filled_leaves_no_gap(documents: BundleDocuments, outcome: str) -> None:
    text = mail(documents, outcome, "en", {}).strip()
    assert "Dear customer," in text
    assert "None" not in text
    assert "\n\n\n" not in text
