"""Odd files: accepted or refused with findings that can be shown, quickly, and never an exception."""

import time

import pytest

from server.engine.check import check_files
from tests.unit.check.dialects.oddities import ODDITIES, plain


@pytest.mark.parametrize("name", ODDITIES)
def test_an_odd_file_is_accepted_or_refused_with_findings(name: str) -> None:
    file, data, errors = ODDITIES[name]
    begun = time.process_time()
    found = check_files({file: data}, topics=frozenset(), lone=True)
    assert time.process_time() - begun < 1
    told = [(one.code, one.message.format(**one.params), one.fix.format(**one.params)) for one in found]
    assert {one.code for one in found if one.severity == "error"} == errors, told
    assert all(message.strip() and fix.strip() for _code, message, fix in told)
    assert all(one.file == file for one in found)


def test_two_files_with_the_same_ids_are_told_apart() -> None:
    files = {"a.bpmn": plain().encode(), "b.bpmn": plain().encode()}
    found = [one for one in check_files(files, lone=True) if one.severity == "error"]
    assert [(one.code, one.file, one.params["other"]) for one in found] == [("K210", "b.bpmn", "a.bpmn")]
