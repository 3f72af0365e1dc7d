"""Damaged diagrams: thousands of random changes to a sound one, and never anything but a typed answer.

The seed is printed with a failure, so that it can be run again: KESU_FUZZ_SEED.
"""

import os
import random
from collections.abc import Iterator
from copy import deepcopy

import pytest
from lxml import etree

from server.engine import DiagramRefused, parse_definition
from server.engine.check import check_files
from server.engine.gate import admit
from tests.security.hostile.everything import everything
from tests.unit.check.drawing import table

SEED = int(os.environ.get("KESU_FUZZ_SEED", "20260101"))
BYTE_MUTATIONS = 2000
STRUCTURE_MUTATIONS = 1000
FILES = {"all.bpmn": everything(), "grade.dmn": table(("> 1", '"high"'), ('not("x")', '"low"'), ("", "amount * 2"))}
NAMES = frozenset({"amount", "level", "number", "rows"})
_VALUES = ("", "Start", "p", "true", "-1", "${x}", "__import__('os')", "x" * 5000, "\u202e", "complaint", "a.b", "PT1H")


def _changed_bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed))
        match chance.randrange(5):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 40)]
            case 2:
                changed[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 10)))
            case 3:
                other = chance.randrange(len(changed))
                changed[at:at] = changed[other : other + chance.randint(1, 200)]
            case _:
                changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _changed_structure(root: etree._Element, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        elements = [element for element in root.iter() if element is not root] or [root]
        one, other = chance.choice(elements), chance.choice(elements)
        match chance.randrange(7):
            case 0 if one.getparent() is not None:
                one.getparent().remove(one)
            case 1 if one.getparent() is not None:
                one.getparent().insert(0, deepcopy(other))
            case 2 if one.attrib:
                one.set(chance.choice(sorted(one.attrib)), chance.choice(_VALUES).replace("\u202e", "e"))
            case 3 if one.attrib and other.get("id"):
                one.set(chance.choice(sorted(one.attrib)), other.get("id", ""))
            case 4:
                one.tag = other.tag
            case 5:
                one.text = chance.choice(_VALUES)
            case _ if one.attrib:
                del one.attrib[chance.choice(sorted(one.attrib))]
    return etree.tostring(root)


def _byte_mutations() -> Iterator[dict[str, bytes]]:
    chance = random.Random(SEED)
    for _ in range(BYTE_MUTATIONS):
        name = chance.choice(sorted(FILES))
        yield {name: _changed_bytes(FILES[name], chance)}


def _structure_mutations() -> Iterator[dict[str, bytes]]:
    chance = random.Random(SEED)
    roots = {name: admit(data, name) for name, data in FILES.items()}
    for _ in range(STRUCTURE_MUTATIONS):
        name = chance.choice(sorted(FILES))
        yield {name: _changed_structure(deepcopy(roots[name]), chance)}


@pytest.mark.parametrize("mutations", [_byte_mutations, _structure_mutations], ids=["bytes", "structure"])
def test_the_check_answers_every_damaged_diagram(mutations) -> None:
    assert not [finding for finding in check_files(FILES, known_names=NAMES) if finding.severity == "error"]
    refused = 0
    for files in mutations():
        found = check_files(files, known_names=NAMES)
        failed = [finding.params for finding in found if finding.code == "K903"]
        assert failed == [], f"seed {SEED}"
        refused += any(finding.severity == "error" for finding in found)
    assert refused > 100


@pytest.mark.parametrize("mutations", [_byte_mutations, _structure_mutations], ids=["bytes", "structure"])
def test_the_parser_knows_one_exception_only(mutations) -> None:
    outcomes = {"accepted": 0, "refused": 0}
    for number, files in enumerate(mutations()):
        if number % 4:
            continue
        try:
            parse_definition(files, "p")
            outcomes["accepted"] += 1
        except DiagramRefused:
            outcomes["refused"] += 1
    assert outcomes["refused"] > 25, f"seed {SEED}"
