"""Bundles: the same from a folder and from a zip, and no zip gets out of its box."""

import contextlib
import io
import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.application import Application, Column, Group
from server.domain.bundle import Bundle, applications, bundled_root
from server.domain.bundle_zip import MAX_BYTES, MAX_FILES
from server.domain.rejection import Rejected

HEAD = b"""
key = "demo"
title = "\xe6\xbc\x94\xe7\xa4\xba\\nDemo"
languages = ["zh-CN", "en"]
process_id = "demo"
filing_form = "receive"
rounds = 2

[columns.customer]
pointer = "/customer/name"
title = "Customer"

[groups]
sales = "Sales"
[groups.quality]
title = "Quality"
"""
FILES = {"application.toml": HEAD, "demo.bpmn": b"<x/>", "forms/case.schema.json": b"{}", "forms/documents/a.typ": b"="}


def folder(root: Path) -> Path:
    for path, data in FILES.items():
        part = root / "forms" / "demo" if path.startswith("forms/") else root / "workflows" / "demo"
        target = part / path.removeprefix("forms/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (root / "workflows" / "demo" / "README.md").write_text("for people")
    (root / "workflows" / "demo" / ".hidden").write_text("x")
    return root


def packed(entries: dict[str, bytes], **attributes: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries.items():
            entry = zipfile.ZipInfo(path)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for name, value in attributes.items():
                setattr(entry, name, value)
            archive.writestr(entry, content)
    return data.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(Rejected) as caught:
        Bundle.from_zip(data)
    assert caught.value.text("en") != caught.value.text("zh-CN")
    return caught.value.code


def test_folder_zip_and_mapping_give_the_same_bundle(tmp_path: Path) -> None:
    bundle = Bundle.from_folder(folder(tmp_path), "demo")
    assert dict(bundle) == FILES
    assert Bundle.from_zip(bundle.to_zip()) == bundle
    assert Bundle.from_zip(bundle.to_zip()).digest == bundle.digest
    assert bundle.to_zip() == Bundle(dict(reversed(FILES.items()))).to_zip()
    assert applications(tmp_path) == ["demo"]
    assert applications(tmp_path / "nothing") == []
    assert bundle.application == Application(
        key="demo",
        title="演示\nDemo",
        process_id="demo",
        filing_form="receive",
        rounds=2,
        columns={"customer": Column("/customer/name", "Customer")},
        groups={"sales": Group("Sales"), "quality": Group("Quality")},
        glance=("customer",),  # the columns, as none are named
    )


def test_a_zip_of_a_root_in_one_more_folder_is_understood() -> None:
    root = {"kesu-main/README.md": b"x", "kesu-main/.git/config": b"x", "__MACOSX/._a": b"x"}
    for path, data in FILES.items():
        part = "forms/demo/" if path.startswith("forms/") else "workflows/demo/"
        root[f"kesu-main/{part}{path.removeprefix('forms/')}"] = data
    assert dict(Bundle.from_zip(packed(root))) == FILES


def test_one_byte_more_is_another_digest() -> None:
    one = Bundle(FILES)
    assert one.digest != Bundle({**FILES, "demo.bpmn": b"<x /> "}).digest
    assert len({one, Bundle(FILES), Bundle({**FILES, "b.bpmn": b""})}) == 2


def test_an_unknown_application_and_a_folder_of_another_name(tmp_path: Path) -> None:
    root = folder(tmp_path)
    for key in ("nothing", "../demo", ""):
        with pytest.raises(Rejected) as caught:
            Bundle.from_folder(root, key)
        assert caught.value.code == "not_found.application"
    (root / "workflows" / "demo").rename(root / "workflows" / "other")
    with pytest.raises(Rejected, match="key demo, but its folder is called other"):
        Bundle.from_folder(root, "other")


def test_a_link_in_the_folder_is_refused(tmp_path: Path) -> None:
    root = folder(tmp_path)
    (root / "workflows" / "demo" / "leak.bpmn").symlink_to("/etc/passwd")
    with pytest.raises(Rejected, match="is a link"):
        Bundle.from_folder(root, "demo")


@pytest.mark.parametrize(
    "path",
    [
        *("../x.bpmn", "/x.bpmn", "a/../../x.bpmn", "a\\x.bpmn", "C:/x.bpmn", "forms//x.json", "./x.bpmn"),
        *("x.py", "x", "con.json", "a/b/c/d/e/f/g.json", "x.bpmn ", "x\n.bpmn", "x" * 200 + ".bpmn"),
    ],
)
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    assert refused(packed({**FILES, path: b"x"})) == "bundle.path"


def test_links_and_devices_in_a_zip_are_refused() -> None:
    for kind in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO):
        assert refused(packed(FILES, external_attr=(kind | 0o777) << 16)) == "bundle.path"


def test_a_zip_bomb_is_refused_whatever_size_it_claims() -> None:
    bomb = packed({**FILES, "bomb.txt": b"\0" * (MAX_BYTES + 1)})
    assert len(bomb) < 50_000
    assert refused(bomb) == "bundle.size"
    claimed = bomb.replace((MAX_BYTES + 1).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert claimed != bomb
    assert refused(claimed) in ("bundle.size", "bundle.zip")


def test_too_many_files_two_of_one_name_and_damage_are_refused() -> None:
    assert refused(packed({**FILES, **{f"{n}.txt": b"" for n in range(MAX_FILES)}})) == "bundle.files"
    assert refused(packed({**FILES, **{f".{n}": b"" for n in range(2 * MAX_FILES)}})) == "bundle.files"
    assert refused(packed({**FILES, "Demo.bpmn": b""})) == "bundle.zip"
    plain = packed(FILES)
    flags = plain.index(b"PK\x01\x02") + 8  # of the first entry of the central directory
    assert refused(plain[:flags] + b"\x01" + plain[flags + 1 :]) == "bundle.zip"
    assert refused(b"no zip") == "bundle.zip"
    assert refused(packed({"a.txt": b""})) == "bundle.application"
    assert (
        refused(packed({"workflows/a/application.toml": HEAD, "workflows/b/application.toml": HEAD}))
        == "bundle.application"
    )


WHOLE = Bundle(FILES).to_zip()


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_zip_is_read_or_refused_and_nothing_else(position: int, byte: int, cut: bool) -> None:
    data = WHOLE[:position] if cut else WHOLE[:position] + bytes([byte]) + WHOLE[position + 1 :]
    with contextlib.suppress(Rejected):
        assert set(Bundle.from_zip(data)) <= set(FILES)


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (b"=", ""),
        (b'key = "X y"', "key"),
        (b"title = 1", "title"),
        (b'titel = "x"', "titel"),
        (b'languages = ["de"]', "languages"),
        (b'languages = ["en", "en"]', "languages"),
        (b"rounds = 0", "rounds"),
        (b"rounds = true", "rounds"),
        (b"columns = 1", "columns"),
        (b"columns.x = 1", "columns.x"),
        (b'columns.x = { pointer = "a", title = "x" }', "columns.x"),
        (b"groups.x = 1", "groups.x"),
    ],
)
def test_a_wrong_application_toml_is_refused_at_its_entry(line: bytes, entry: str) -> None:
    good = {b"key": b'key = "a"', b"title": b'title = "A"', b"process_id": b'process_id = "a"'}
    good[b"filing_form"] = b'filing_form = "f"'
    good[line.partition(b" ")[0]] = line
    with pytest.raises(Rejected) as caught:
        Application.parse(b"\n".join(good.values()))
    assert (caught.value.code, caught.value.field) == ("bundle.application", f"application.toml#{entry}")


def test_the_slip_of_the_pen_is_named() -> None:
    with pytest.raises(Rejected, match="Known: title"):
        Application.parse(b'titel = "x"')


def test_the_bundled_applications_are_found() -> None:
    root = bundled_root()
    assert "complaint" in applications(root)


@pytest.mark.parametrize("strange", ["__notes.txt", "forms/__visit.json"])
def test_a_name_that_a_zip_leaves_out_is_refused_from_the_start(strange: str) -> None:
    with pytest.raises(Rejected) as refusal:
        Bundle(FILES | {strange: b"{}"})
    assert refusal.value.code == "bundle.path"


def test_two_names_that_differ_in_capitals_alone_are_refused_as_in_a_zip() -> None:
    with pytest.raises(Rejected) as refusal:
        Bundle(FILES | {"forms/documents/A.typ": b"="})
    assert refusal.value.code == "bundle.path"


def test_the_largest_bundle_that_does_not_pack_is_read_again() -> None:
    left = MAX_BYTES - sum(map(len, FILES.values()))
    bundle = Bundle(FILES | {"forms/documents/a.ttf": os.urandom(left)})
    assert Bundle.from_zip(bundle.to_zip()) == bundle
