"""Texts of mails: bilingual, filled from the case file, harmless whatever stands in template or case."""

from pathlib import Path
from typing import Any

import pytest

from server.documents.bundle import BundleDocuments
from server.documents.text import TextFailed, render_text
from server.domain.bundle import Bundle
from tests.unit.documents import cases

ROOT = Path(__file__).resolve().parents[3]
SOURCE = """[zh-CN]
投诉 {{ number }}
{{ case.customer.name }}，您好！{{ label("problem.kind", case.problem.kind) }}
[en]
Complaint {{ number }}
Dear {{ case.customer.name }}, {{ label("problem.kind", case.problem.kind) }}
"""
LABELS = {"problem.kind": {"field": "使用现场\nIn the field"}}


def text(case: dict[str, Any], language: str, source: str = SOURCE) -> str:
    return render_text("t.txt", source, {"number": "K-1", "case": case}, language, LABELS)


def test_the_readers_block_is_filled() -> None:
    case = {"customer": {"name": "何经理"}, "problem": {"kind": "field"}}
    assert text(case, "zh-CN") == "投诉 K-1\n何经理，您好！使用现场\n"
    assert text(case, "en") == "Complaint K-1\nDear 何经理, In the field\n"


@pytest.mark.parametrize("case", [{}, {"customer": None}, {"customer": {"name": None}, "problem": {"kind": None}}])
def test_what_is_not_filled_prints_as_nothing(case: dict[str, Any]) -> None:
    assert text(case, "en") == "Complaint K-1\nDear ,\n"


def test_the_customers_words_are_data() -> None:
    evil = "[zh-CN]\n{{ 7 * 7 }} {% for x in y %} <b>&amp;"
    assert text({"customer": {"name": evil}}, "en") == f"Complaint K-1\nDear {evil},\n"


@pytest.mark.parametrize(
    ("source", "line"),
    [("[en]\nok\n{{ number", 3), ("[zh-CN]\nx\n[en]\n\nok\n{% if x %}", 6), ("{% frobnicate %}", 1)],
)
def test_a_broken_template_names_its_line(source: str, line: int) -> None:
    with pytest.raises(TextFailed) as failed:
        text({}, "en", source)
    assert failed.value.line == line
    assert str(failed.value).startswith(f"t.txt, line {line}: ")


@pytest.mark.parametrize(
    "source",
    [
        "{{ case.__class__.__mro__[1].__subclasses__() }}",
        "{{ label.__globals__ }}",
        "{{ ''.__class__.__base__ }}",
        "{{ 'a' * 100000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{% for i in range(100000000) %}x{% endfor %}",
        "{{ case.update({'a': 1}) }}",
        "{% include 'other.txt' %}",
        "{{ number.foo() }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(source: str) -> None:
    try:
        shown = text({"a": 0}, "en", source)
    except TextFailed as failed:
        shown = str(failed)
    assert "object at" not in shown
    assert "<class" not in shown
    assert len(shown) < 1000


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", ["acknowledge", "answer", "eight_d_letter", "result"])
@pytest.mark.parametrize("case", [cases.FULL, cases.ENGLISH, {}])
def test_the_bundled_mails_have_subject_number_and_link(name: str, language: str, case: dict[str, Any]) -> None:
    documents = BundleDocuments(Bundle.from_folder(ROOT, "complaint"))
    data = {"number": "KS-2026-0042", "case": case, "status_url": "https://kesu.example/status/x", "callback_by": ""}
    shown = documents.text(name, data, language)
    subject, _, body = shown.partition("\n")
    assert "KS-2026-0042" in subject
    assert 5 < len(subject) < 80
    assert "https://kesu.example/status/x\n" in body
    assert "None" not in shown
    assert "{" not in shown
    assert "\n\n\n" not in shown
    assert "INTERNAL" not in shown


def test_a_missing_text_is_told() -> None:
    with pytest.raises(TextFailed, match="no such template"):
        BundleDocuments({}).text("none", {}, "en")
