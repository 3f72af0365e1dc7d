"""Every accepted kind is recognised by its content; everything else is refused with a sentence."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.rejection import Rejected
from server.files import kinds
from server.files.kinds import media_type_of
from tests.unit.files import samples


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_an_accepted_kind_is_recognised(name: str) -> None:
    data, media_type = samples.SAMPLES[name]
    assert media_type_of(name, io.BytesIO(data)) == media_type


def refusal(name: str, data: bytes) -> Rejected:
    with pytest.raises(Rejected) as refused:
        media_type_of(name, io.BytesIO(data))
    return refused.value


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.htm", "a.exe", "a.js", "a.xlsm", "a.docm", "a", ".jpg", "a."])
def test_other_endings_are_refused_and_told_what_is_accepted(name: str) -> None:
    refused = refusal(name, samples.jpeg())
    assert refused.code == "file.type"
    assert "docx, eml, gif" in refused.text("en")


@pytest.mark.parametrize("name", [name for name in samples.SAMPLES if not name.endswith((".txt", ".csv"))])
def test_an_ending_without_its_content_is_refused(name: str) -> None:
    for data in (b"MZ\x90\0" + b"\0" * 100, b"plain words", b"\xff\xd8", b"P"):
        assert refusal(name, data).code in ("file.type", "file.broken")


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"  <!DOCTYPE html><script>alert(1)</script>",
        b"a,b\n< script src=x>",
        "<html>".encode("utf-16"),
        b"<?xml version='1.0'?><svg/>",
        samples.png(),
        b"text\0binary",
        b"\xff\xff\xff\xff",
    ],
)
def test_markup_and_binary_are_no_text(data: bytes) -> None:
    assert refusal("a.txt", data).code == "file.type"
    assert refusal("a.csv", data).code == "file.type"


def test_a_picture_inside_a_picture_ending_of_another_kind_is_refused() -> None:
    assert refusal("a.png", samples.jpeg()).code == "file.type"
    assert refusal("a.docx", samples.SAMPLES["a.xlsx"][0]).code == "file.type"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", samples.png(60_000, 10)),
        ("a.png", samples.png(20_000, 20_000)),
        ("a.jpg", samples.jpeg(65_000, 65_000)),
        ("a.gif", samples.gif(65_535, 65_535)),
        ("a.webp", samples.webp(b"VP8X", 16_000_000, 16_000_000)),
        ("a.webp", samples.webp(b"VP8L", 16_000, 16_000)),
        ("a.heic", samples.heic(100_000, 100_000)),
    ],
)
def test_a_picture_bomb_is_refused(name: str, data: bytes) -> None:
    assert refusal(name, data).code == "file.bomb"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", samples.png()[:20]),
        ("a.png", samples.png(0, 5)),
        ("a.jpg", samples.jpeg()[:1000]),
        ("a.jpg", b"\xff\xd8\xff\xda\0\0"),
        ("a.webp", samples.webp(b"XXXX")),
        ("a.heic", samples.heic()[:24]),
        ("a.gif", b"GIF89a\1"),
    ],
)
def test_a_damaged_picture_is_refused(name: str, data: bytes) -> None:
    assert refusal(name, data).code in ("file.broken", "file.type")


def test_a_phone_picture_of_108_megapixels_is_accepted() -> None:
    assert media_type_of("a.jpg", io.BytesIO(samples.jpeg(12_000, 9_000))) == "image/jpeg"


def bomb(megabytes: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 1_000_000 * megabytes)
    return buffer.getvalue()


def test_an_archive_that_explodes_is_refused() -> None:
    data = bomb(20)
    assert len(data) < 30_000
    assert refusal("a.zip", data).code == refusal("a.docx", data).code == "file.bomb"
    assert media_type_of("small.zip", io.BytesIO(bomb(5))) == "application/zip"


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MAX_ZIP_ENTRIES", 2)
    assert media_type_of("a.zip", io.BytesIO(samples.zipped(a=b"", b=b""))) == "application/zip"
    assert refusal("a.zip", samples.zipped(a=b"", b=b"", c=b"")).code == "file.bomb"


def test_macros_are_refused() -> None:
    data = samples.zipped(xl__workbook_dot_xml=b"<w/>", xl__vbaProject_dot_bin=b"x")
    assert refusal("a.xlsx", data).code == "file.type"


@given(name=st.sampled_from(sorted(samples.SAMPLES)), cut=st.integers(0, 400), noise=st.binary(max_size=40))
def test_broken_files_give_a_kind_or_a_refusal_and_nothing_else(name: str, cut: int, noise: bytes) -> None:
    data = samples.SAMPLES[name][0]
    outcome = outcome_of(name, data[:cut] + noise + data[cut + len(noise) :])
    assert outcome == samples.SAMPLES[name][1] or outcome.startswith("file.")


def outcome_of(name: str, data: bytes) -> str:
    try:
        return media_type_of(name, io.BytesIO(data))
    except Rejected as refused:
        return refused.code
