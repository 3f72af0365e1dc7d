"""File names: kept for display, harmless for eyes and file systems."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.files.names import clean_name, extension


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("缺陷 照片 (1).jpg", "缺陷 照片 (1).jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\wang\\报告.docx", "报告.docx"),
        ("a\r\nContent-Type: html\r\n\r\n.txt", "aContent-Type_ html.txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("zero\u200bwidth\x00.pdf", "zerowidth.pdf"),
        ("e\u0301.png", "é.png"),
        ('a<b>"c|d?.txt', "a_b__c_d_.txt"),
        ("CON.txt", "_CON.txt"),
        ("com1", "_com1"),
        ("  . ", "file"),
        ("", "file"),
        ("a\udcff.txt", "a_.txt"),
        (".hidden", "hidden"),
    ],
)
def test_names(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


def test_a_long_name_keeps_its_ending() -> None:
    clean = clean_name("裂纹" * 300 + ".jpeg")
    assert clean.endswith(("裂.jpeg", "纹.jpeg"))
    assert 195 <= len(clean.encode()) <= 200


@given(st.text(alphabet=st.characters(codec=None), max_size=400))
def test_any_name_becomes_a_harmless_one(raw: str) -> None:
    clean = clean_name(raw)
    assert 0 < len(clean.encode()) <= 200
    assert not set(clean) & set('/\\<>:"|?*\0\r\n')
    assert not any(unicodedata.category(char) in ("Cc", "Cf") for char in clean)
    assert clean not in (".", "..")
    assert clean_name(clean) == clean


@pytest.mark.parametrize(
    ("name", "ending"), [("a.JPG", "jpg"), ("a.tar.gz", "gz"), ("a", ""), (".jpg", ""), ("a.", "")]
)
def test_extension(name: str, ending: str) -> None:
    assert extension(name) == ending
