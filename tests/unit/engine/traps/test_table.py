"""The table of the traps points to tests and codes that exist, and every section of the field guide has a row."""

import ast
import re
from pathlib import Path

from server.engine.check.codes import CODES

HERE = Path(__file__).parent
PLACES = (HERE, HERE.parents[1] / "check", HERE.parents[2] / "integration")
SECTIONS = {
    *(f"0.{rule}" for rule in range(1, 13)),
    *("1.2", "1.3", "1.4", "1.5", "1.6", "2", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6"),
    *("4", "5.3", "5.4", "5.5", "5.6", "6", "7.1", "7.2", "7.3", "7.4"),
}


def rows() -> list[list[str]]:
    """The cells of every row."""
    lines = [line for line in (HERE / "README.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def names_in(module: str) -> set[str]:
    """The names of the tests in a module."""
    found = [folder / f"{module}.py" for folder in PLACES if (folder / f"{module}.py").is_file()]
    tree = ast.parse(found[0].read_text("utf-8")) if found else ast.Module([], [])
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")}


def test_every_row_points_to_tests_and_codes_that_exist() -> None:
    for sections, trap, tests, codes in rows():
        named = re.findall(r"`(test_\w+)\.(test_\w+)`", tests)
        assert [f"`{module}.{name}`" for module, name in named] == [each for each in tests.split(", ") if each], trap
        assert not [name for module, name in named if name not in names_in(module)], trap
        assert not {each for each in codes.split(", ") if each} - CODES.keys(), trap
        assert named or codes, f"nothing keeps us out of: {sections} {trap}"


def test_every_section_has_a_row() -> None:
    there = {section for row in rows() for section in row[0].split(", ")}
    assert sorted(SECTIONS - there) == []
    assert sorted(there - SECTIONS) == []


def test_every_test_of_migration_is_in_the_table() -> None:
    text = (HERE / "README.md").read_text("utf-8")
    assert [name for name in names_in("test_migration") if f"`test_migration.{name}`" not in text] == []
