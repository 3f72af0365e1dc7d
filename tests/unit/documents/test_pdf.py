"""PDF documents: any text prints as it is, any picture either shows or is named, errors name their line."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from server.documents.fonts import FontShelf, font_shelf
from server.documents.pdf import DocumentFailed, Pdf, render_pdf
from server.documents.printable import missing_texts, printable, without
from tests.unit.documents.cases import HARD_TEXTS
from tests.unit.files import samples

AT = datetime(2026, 4, 10, 8, 30, tzinfo=UTC)
SHOW = '#let r = json(bytes(sys.inputs.data))\n#set text(font: ("Noto Sans SC", "Noto Sans CJK SC"))\n#r.text\n'
PICTURES = SHOW + "#for name in r.images.values() { image(name, width: 20mm) }\n"


def render(text: object, template: str = SHOW, **images: bytes) -> Pdf:
    return render_pdf("main.typ", {"text": text}, images, assets={"main.typ": template.encode()}, at=AT)


def words(pdf: Pdf) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
    return re.sub(r"\s", "", text)


def failure(template: str, **assets: str) -> DocumentFailed:
    with pytest.raises(DocumentFailed) as failed:
        render_pdf(
            "main.typ", {"text": ""}, assets={k: v.encode() for k, v in {"main.typ": template, **assets}.items()}, at=AT
        )
    return failed.value


def test_a_pdf_says_that_it_is_pdf_a_2b_and_when_it_was_made() -> None:
    data = render("中文 and English").data
    reader = PdfReader(io.BytesIO(data))
    assert data.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in data
    assert reader.metadata is not None
    assert reader.metadata.creation_date == AT
    fonts = reader.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    assert all("/FontFile" in str(font.get_object()["/DescendantFonts"][0]["/FontDescriptor"]) for font in fonts)


def test_text_that_looks_like_code_is_printed_as_it_is() -> None:
    text = "#panic() $x^2$ *b* `r` @l <b>&amp; \\ // c /* d */ [e] {f} ~ ==g #{1+1}"
    assert words(render(text)) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_any_text_can_be_printed(text: str) -> None:
    assert render(text).data.startswith(b"%PDF")


def test_what_no_font_shows_is_replaced_and_reported() -> None:
    pdf = render("王𠮷 😀 ok")
    assert "王[U+20BB7]" in words(pdf)
    assert words(pdf).endswith("ok")
    assert "😀" in "".join(pdf.replaced)


def test_control_and_direction_characters_are_taken_out() -> None:
    assert printable({"a": ["x\x00\x1b\u202ey\r\nz\tw\ud800", float("nan"), 1, None, True]}) == {
        "a": ["xy\nz\tw?", None, 1, None, True]
    }


def test_missing_texts_are_read_from_typsts_notation() -> None:
    diagnostic = r'the text `"\u{1f600}\u{200d}"` could not be displayed… the text `"\"\\"` could not be displayed'
    assert missing_texts(diagnostic) == {"😀\u200d", '"\\'}
    assert without({"a": ["x😀y", "𠮷"]}, {"😀", "𠮷"}) == {"a": ["x□y", "[U+20BB7]"]}
    assert without("□", {"□"}) == "?"


def test_pictures_are_shown_and_broken_or_unknown_ones_are_named() -> None:
    pdf = render(
        "pictures", PICTURES, good=samples.png(), heic=samples.heic(), cut=samples.png()[:50], words=b"no picture"
    )
    assert pdf.left_out_images == ("heic", "words", "cut")
    assert len(PdfReader(io.BytesIO(pdf.data)).pages[0].images) == 1


@pytest.mark.parametrize(
    ("template", "line", "says"),
    [
        ("#let a = 1\n#let b = 1 +\n", 2, "expected expression"),
        ("\n\n#unknown-name", 3, "unknown variable"),
        ("#[", 1, "unclosed delimiter"),
        ('#image("images/none.png")', 1, "file not found"),
        ('\n#read("/etc/passwd")', 2, "file not found"),
        ('\n#read("../../etc/passwd")', 2, "escape"),
        ("#while true {}", 1, "always true"),
        ("#let f(x) = f(x + 1)\n#f(1)", 1, "depth exceeded"),
        ('\n#import "@preview/cetz:0.3.0": *', 2, "packages from the network"),
    ],
)
def test_a_failure_names_the_template_and_the_line(template: str, line: int, says: str) -> None:
    failed = failure(template)
    assert (failed.template, failed.line) == ("main.typ", line)
    assert says in str(failed)
    assert str(failed).startswith(f"main.typ, line {line}: ")
    assert "kesu-pdf-" not in str(failed)


def test_a_failure_in_an_imported_part_names_the_part() -> None:
    failed = failure('#import "parts.typ": *\n#broken()', **{"parts.typ": "\n#let broken() = 1 + none + [x] - 2\n"})
    assert (failed.template, failed.line) == ("parts.typ", 2)


def test_a_missing_template_and_a_bad_name_are_refused() -> None:
    with pytest.raises(DocumentFailed, match="no such template"):
        render_pdf("other.typ", {}, assets={"main.typ": b""}, at=AT)
    with pytest.raises(DocumentFailed, match="no name for a template"):
        render_pdf("main.typ", {}, assets={"main.typ": b"", "../evil.typ": b""}, at=AT)


def test_the_same_document_has_the_same_bytes() -> None:
    assert render("同一份").data == render("同一份").data


def test_threads_render_at_the_same_time() -> None:
    texts = [f"第 {number} 份" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: words(render(text)), texts)) == [re.sub(r"\s", "", text) for text in texts]


def test_without_fonts_of_our_own_the_systems_serve(tmp_path: object) -> None:
    shelf = font_shelf(tmp_path)  # type: ignore[arg-type]
    assert not shelf.own
    assert isinstance(shelf, FontShelf)
    pdf = render_pdf("m.typ", {"text": "plain"}, assets={"m.typ": b"plain text"}, at=AT, fonts=shelf)
    assert words(pdf) == "plaintext"
