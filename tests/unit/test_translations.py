"""Every text of the product is there in Chinese, with the same places to fill."""

import ast
import string
from pathlib import Path

import pytest

from server.locale import extract

CATALOGUES = sorted(extract.LOCALES.glob("*/messages.po"))
MESSAGES = extract.extract()


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_every_text_is_translated(path: Path) -> None:
    catalogue = extract.load(path)
    missing = [
        message.id for message in MESSAGES if message.id and not getattr(catalogue.get(message.id), "string", "")
    ]
    assert missing == [], "run python -m server.locale.extract and translate what is empty"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_translations_have_the_same_places(path: Path) -> None:
    for message in extract.load(path):
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        targets = [message.string] if isinstance(message.string, str) else list(message.string)
        for target in targets:
            assert not target or not message.id or places(target) == places(sources[-1]), message.id
            assert not message.fuzzy or not message.id, message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_no_translation_outlives_its_text(path: Path) -> None:
    known = {message.id for message in MESSAGES}
    assert [message.id for message in extract.load(path) if message.id not in known and message.id] == []


def test_there_is_a_chinese_catalogue_and_sources_were_found() -> None:
    assert [path.parent.name for path in CATALOGUES] == ["zh_CN"]
    assert len(MESSAGES) > 100


def test_translate_is_given_marked_texts_not_bare_ones() -> None:
    """A literal inside `translate(...)` would not be extracted."""
    bare = []
    for path in extract.source_files():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate":
                bare += [f"{path.name}:{node.lineno}"] if isinstance(node.args[0], ast.Constant) else []
    assert bare == []


def test_update_adds_new_texts_keeps_translations_and_drops_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "zh_CN" / "messages.po"
    path.parent.mkdir()
    header = (extract.LOCALES / "zh_CN" / "messages.po").read_text("utf-8").split("\n\n", 1)[0]
    path.write_text(f'{header}\n\nmsgid "old"\nmsgstr "旧"\n\nmsgid "kept"\nmsgstr "留"\n', "utf-8")
    wanted = extract.Catalog()
    for text in ("kept", "new {x}"):
        wanted.add(text, locations=[("server/x.py", 1)])
    assert extract.update(path, wanted) == ["new {x}"]
    after = path.read_text("utf-8")
    assert after.startswith(header)
    assert {message.id: message.string for message in extract.load(path) if message.id} == {"kept": "留", "new {x}": ""}
    assert extract.update(path, wanted) == ["new {x}"]
    assert path.read_text("utf-8") == after
