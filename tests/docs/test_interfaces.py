"""docs/interfaces.md says all that scripts may rely on, and nothing that is not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from server.cli import main
from server.commandline.support import AnswerIsNo, CannotRun
from server.commands.file_complaint import CHANNELS
from server.domain import form_errors
from server.domain.application import Application
from server.domain.bundle_zip import MAX_BYTES, MAX_FILES
from server.domain.form_rules import FORMATS
from server.domain.form_schema import KEYWORDS
from server.domain.rejection import Rejected
from server.security.demo import DEMO_PEOPLE
from server.settings import PREFIX, Settings
from server.web.api.document import Document, Operation
from server.web.refusals import _BY_CODE, status_of
from tests.docs.pages import INTERFACES, ROOT, rows, section, text

EVERYWHERE = ("malformed", "not_found", "forbidden")
"""Families of codes that nothing else is called by: such a text anywhere in the server is a code."""


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    for key, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {key}")
        else:
            yield f"{name} {key}", command


COMMANDS = dict(commands(main, "kesu"))


def documented_commands() -> dict[str, tuple[str, str]]:
    """Command -> its arguments as written, and its row."""
    found = {}
    for said, row in rows(section(INTERFACES, "## The command line")).items():
        if said.startswith("kesu "):
            words = [word for word in said.split() if word.islower()]
            found[" ".join(words)] = (said.removeprefix(" ".join(words)).strip(), row)
    return found


def test_every_command_is_there() -> None:
    assert set(documented_commands()) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_is_there(name: str) -> None:
    arguments, row = documented_commands()[name]
    command = COMMANDS[name]
    options = {word for one in command.params if isinstance(one, click.Option) for word in one.opts}
    assert set(re.findall(r"--[a-z-]+", row)) == options
    wanted = [one.make_metavar(click.Context(command)) for one in command.params if isinstance(one, click.Argument)]
    assert arguments.replace("…", "...") == " ".join(wanted)


def test_exit_statuses() -> None:
    table = section(INTERFACES, "## The command line")
    assert set(re.findall(r"^\| (\d) \|", table, re.MULTILINE)) == {
        "0",
        str(AnswerIsNo.exit_code),
        str(CannotRun.exit_code),
    }
    assert click.UsageError.exit_code == CannotRun.exit_code


def test_every_setting_is_there_with_its_default() -> None:
    told = {name: row.split(" | ")[0].strip("`") for name, row in rows(section(INTERFACES, "## Settings")).items()}
    assert told == {PREFIX + name.upper(): shown(field.default) for name, field in Settings.model_fields.items()}


def shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value not in (None, "", ()) else "–"


def test_every_rest_call_is_there() -> None:
    told = {name for name in rows(section(INTERFACES, "## REST `/api/v1`")) if "/" in name}
    assert told == {_call(one) for one in Document().operations}


def test_the_parameters_and_fields_of_each_call_are_named() -> None:
    table = rows(section(INTERFACES, "## REST `/api/v1`"))
    missing = {}
    for one in Document().operations:
        words = set(re.findall(r"`(\w+)`|\"(\w+)\"", table[_call(one)]))
        missing[_call(one)] = _names(one) - {name or field for name, field in words}
    assert {call: names for call, names in missing.items() if names} == {}


def _call(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _names(operation: Operation) -> set[str]:
    """Query parameters and body fields, but for those of every list and every command."""
    found = {parameter.name for parameter in operation.parameters if parameter.place == "query"}
    if "application/json" in operation.bodies:
        schema = Document().at(operation.bodies["application/json"])
        if "$ref" in schema:
            schema = Document().at(schema["$ref"].removeprefix("#"))
        found |= set(schema["properties"])
    return found - {"limit", "cursor", "command_id"}


def codes() -> set[str]:
    """Every code of a `Rejected` in server/, found in the source."""
    found = set(_BY_CODE)
    for file in (ROOT / "server").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) == Rejected.__name__:
                found |= set(_first_code(node, file))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                family, _, rest = node.value.partition(".")
                if family in EVERYWHERE and re.fullmatch(r"[a-z_]+", rest):
                    found.add(node.value)
    return found


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _first_code(node: ast.Call, file: Path) -> Iterator[str]:
    code = node.args[0]
    if isinstance(code, ast.Constant):
        yield str(code.value)
    elif isinstance(code, ast.JoinedStr):
        assert file.name == "task_list.py", f"{file}: write the code as a plain text, so that it can be documented"
        yield from ("malformed.state", "malformed.order")
    else:  # from a table, whose codes are of the families above
        assert isinstance(code, ast.Name), ast.unparse(node)


def test_every_refusal_is_there_with_its_status() -> None:
    table = rows(section(INTERFACES, "### Errors"))
    told = {code: int(row.split(" | ")[0]) for code, row in table.items()}
    # HTTP itself refuses these two, before any of our codes.
    by_http = {"malformed.range": 416}
    assert told == {code: by_http.get(code) or status_of(code) for code in codes()}


def test_the_codes_of_form_errors_are_there() -> None:
    told = re.findall(r"`([a-z_]+)`", section(INTERFACES, "### Errors").partition("In `details` of")[2])
    known = {code for code, _ in form_errors._SENTENCES.values()} | {"type", "format", "invalid"}
    assert set(told) - {"field", "message", "code"} == known


def test_keywords_and_formats_of_forms() -> None:
    part = section(INTERFACES, "## Forms")
    first = part.partition("\n- Formats:")
    assert set(re.findall(r"`(\w+)`", first[0])) == KEYWORDS
    assert set(re.findall(r"`([\w-]+)`", first[2].partition("\n")[0])) == FORMATS


def test_entries_and_limits_of_a_bundle() -> None:
    part = section(INTERFACES, "## Files")
    entries = re.findall(
        r"\w+", next(line for line in part.splitlines() if "application.toml " in line).split("toml", 1)[1]
    )
    assert set(entries) == set(Application.__dataclass_fields__)
    assert f"At most {MAX_FILES} files and {MAX_BYTES:,} bytes".replace(",", " ") in part


def test_channels_and_demo_people() -> None:
    assert ", ".join(CHANNELS) in text(INTERFACES)
    people = text(INTERFACES).partition("The demo's people:")[2].partition("\n\n")[0]
    assert re.findall(r"`(\w+)`", people) == [person.username for person in DEMO_PEOPLE]
