"""Every code of the catalogue is provoked by a drawing, and every finding is fit to be shown."""

import pytest

from server.engine.check import CODES, Finding, check_files
from tests.unit.check.examples import EXAMPLES, Example

# K902 and K903 need an engine or a rule that fails (test_faults), K7.. whole applications (test_check_application).
_ELSEWHERE = {f"K80{n}" for n in range(1, 9)} | {f"K7{n:02}" for n in range(1, 11)} | {"K902", "K903"}
_ALL = [
    pytest.param(code, example, id=f"{code}-{number}")
    for code, found in EXAMPLES.items()
    for number, example in enumerate(found)
]


def test_every_code_has_an_example() -> None:
    assert set(EXAMPLES) | _ELSEWHERE == set(CODES)


@pytest.mark.parametrize(("code", "example"), _ALL)
def test_the_drawing_provokes_the_code(code: str, example: Example) -> None:
    files, options = example
    found = check_files(files, **options)
    mine = [finding for finding in found if finding.code == code]
    assert mine, [finding.code for finding in found]
    assert all(finding.severity == CODES[code].severity for finding in mine)
    assert "K903" not in {finding.code for finding in found}
    for finding in found:
        _fit_to_be_shown(finding, files)


def _fit_to_be_shown(finding: Finding, files: dict[str, bytes]) -> None:
    shown = finding.to_json(lambda text, **params: text.format(**params) if params else text)
    assert finding.file in files
    assert shown["message"].strip()
    assert shown["fix"].strip()
    assert "{" not in finding.message.format(**finding.params).replace("${", "")
    assert set(shown) - {"counterexample"} == {"code", "severity", "file", "process", "element", "message", "fix"}
