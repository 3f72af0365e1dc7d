"""Files of other tools: accepted, or refused with findings that say what to do; damaged in any way, never an exception."""

import os
import random
import time
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from server.engine.check import Finding, check_files
from tests.unit.check.dialects.cases import DIALECTS

FILES = Path(__file__).parent / "files"
SEED = int(os.environ.get("KESU_FUZZ_SEED", "20260401"))
DAMAGES = 12  # of each file in each way


def data_of(name: str) -> bytes:
    return (FILES / f"{name}.bpmn").read_bytes()


def shown(finding: Finding) -> dict[str, str]:
    return finding.to_json(lambda text, **params: text.format(**params))


def test_every_file_has_its_label() -> None:
    assert {path.stem for path in FILES.glob("*.bpmn")} == set(DIALECTS)


@pytest.mark.parametrize("name", DIALECTS)
def test_a_file_of_another_tool_is_judged_as_its_label_says(name: str) -> None:
    errors, words = DIALECTS[name]
    begun = time.process_time()
    found = check_files({f"{name}.bpmn": data_of(name)}, topics=frozenset(), lone=True)
    assert time.process_time() - begun < 1
    assert {finding.code for finding in found if finding.severity == "error"} == errors
    told = [shown(finding) for finding in found]
    assert all(each["message"].strip() and each["fix"].strip() for each in told)
    whole = "\n".join(each["message"] + " " + each["fix"] for each in told)
    assert [word for word in words if word not in whole] == []
    assert not any(sign in whole for sign in ("{id}", "{setting}", "{value}"))


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("bpmn_io_bom_crlf_no_drawing", b"\xef\xbb\xbf<?xml"), ("activiti_bom_crlf", b"\xef\xbb\xbf<?xml")],
)
def test_the_files_keep_their_marks_and_line_ends(name: str, prefix: bytes) -> None:
    assert data_of(name).startswith(prefix)
    assert b"\r\n" in data_of(name)
    assert data_of("signavio_utf16")[:2] in (b"\xff\xfe", b"\xfe\xff")


def _any(root: etree._Element, chance: random.Random) -> etree._Element:
    """A random element, the root's children once there is nothing else left."""
    return chance.choice([element for element in root.iter() if element.getparent() is not None] or [_filled(root)])


def _filled(root: etree._Element) -> etree._Element:
    return etree.SubElement(root, root.tag.replace("definitions", "process"))


def _dropped(root: etree._Element, chance: random.Random) -> None:
    one = _any(root, chance)
    one.getparent().remove(one)


def _doubled(root: etree._Element, chance: random.Random) -> None:
    one = _any(root, chance)
    one.addnext(deepcopy(one))


def _moved(root: etree._Element, chance: random.Random) -> None:
    one = _any(root, chance)
    places = [element for element in root.iter() if element is not one and one not in element.iterancestors()]
    chance.choice(places).append(one)


def _shuffled(root: etree._Element, chance: random.Random) -> None:
    one = chance.choice([element for element in root.iter() if len(element) > 1] or [root])
    children = list(one)
    chance.shuffle(children)
    one[:] = children


def _swapped(root: etree._Element, chance: random.Random) -> None:
    one, other = (chance.choice([element for element in root.iter() if element.attrib]) for _ in range(2))
    key, from_key = chance.choice(list(one.attrib)), chance.choice(list(other.attrib))
    one.set(key, other.attrib[from_key])


@pytest.mark.parametrize("damage", [_dropped, _doubled, _moved, _shuffled, _swapped])
def test_a_damaged_file_of_another_tool_has_findings_and_no_exception(damage) -> None:
    chance = random.Random(SEED)
    refused = 0
    for name in DIALECTS:
        root = etree.fromstring(data_of(name))
        for _ in range(DAMAGES):
            changed = deepcopy(root)
            for _ in range(chance.randint(1, 4)):
                damage(changed, chance)
            found = check_files({"x.bpmn": etree.tostring(changed)}, topics=frozenset(), lone=True)
            assert [each.params for each in found if each.code == "K903"] == [], f"{name}, seed {SEED}"
            assert all(shown(each)["fix"] for each in found)
            refused += any(each.severity == "error" for each in found)
    assert refused > DAMAGES
