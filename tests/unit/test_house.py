"""Guards of the house itself: sizes, layers, locks, and that every dependency says why it is here."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SOURCES = ("*.py", "*.js", "*.mjs", "*.css", "*.html", "*.typ", "*.yaml", "*.sh")
ADDRESS = re.compile(r"https?://|file:|/(?:home|root|work)/|--(?:extra-)?index[-]url|--find[-]links|--hash")


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would add, so that what is built or installed does not count."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    try:
        names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Name and number of lines of every function, its docstring not counted."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            told = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield f"{file.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - told


def test_no_file_is_longer_than_500_lines():
    sizes = {str(file.relative_to(ROOT)): len(file.read_bytes().splitlines()) for file in tracked(*SOURCES)}
    assert {name: lines for name, lines in sizes.items() if lines > 500} == {}


def test_no_function_is_longer_than_40_lines():
    # A migration is a list of tables in the order they are made: cutting it up would hide that order.
    files = [file for file in tracked("server/*.py", "workers/*.py") if "versions" not in file.parts]
    assert {name: lines for file in files for name, lines in functions(file) if lines > 40} == {}


def test_layers_hold():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_dev_py_is_short_and_needs_the_standard_library_only():
    source = (ROOT / "dev.py").read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 7))  # an old Python must get as far as the sentence that refuses it
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert len(source.splitlines()) <= 200
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_locks_name_no_machine_and_no_index():
    assert not ADDRESS.search((ROOT / "constraints.txt").read_text("utf-8"))
    lock = json.loads((ROOT / "server/frontend/package-lock.json").read_text("utf-8"))
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        said = {key: value for key, value in package.items() if key != "funding"}
        assert not ADDRESS.search(json.dumps(said)), name


def test_the_lock_serves_every_platform():
    lock = json.loads((ROOT / "server/frontend/package-lock.json").read_text("utf-8"))
    esbuild = lock["packages"]["node_modules/esbuild"]
    missing = [name for name in esbuild["optionalDependencies"] if f"node_modules/{name}" not in lock["packages"]]
    assert missing == []


def requirement(line: str) -> str:
    return re.split(r"[^\w.-]", line, maxsplit=1)[0].lower()


def declared() -> set[str]:
    extras = PROJECT["project"].get("optional-dependencies", {})
    lines = [*PROJECT["project"]["dependencies"], *(line for extra in extras.values() for line in extra)]
    package = json.loads((ROOT / "server/frontend/package.json").read_text("utf-8"))
    return {requirement(line) for line in lines} | {*package["dependencies"], *package["devDependencies"]}


def test_every_dependency_says_why_it_is_here():
    table = (ROOT / "docs/dependencies.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE))
    assert explained == declared()


def test_every_python_dependency_has_an_exact_release():
    pinned = {requirement(line) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()}
    extras = PROJECT["project"].get("optional-dependencies", {})
    wanted = [*PROJECT["project"]["dependencies"], *(line for extra in extras.values() for line in extra)]
    assert {requirement(line) for line in wanted} <= pinned


def imported() -> set[str]:
    """Distributions that server/, workers/ and their migrations import, in lower case."""
    owners = metadata.packages_distributions()
    modules: set[str] = set()
    for file in tracked("server/*.py", "workers/*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules.add((node.module or "").partition(".")[0])
    foreign = modules - sys.stdlib_module_names - {"server", "workers"}
    return {owners.get(module, [module])[0].lower().replace("_", "-") for module in foreign}


def test_what_is_imported_is_declared_and_what_is_declared_is_used():
    wanted = {requirement(line) for line in PROJECT["project"]["dependencies"]}
    parts = {"markupsafe", "werkzeug", "pydantic", "referencing"}  # of Flask, pydantic-settings and jsonschema
    assert imported() - parts <= wanted
    # Data only, which zoneinfo reads by itself; a driver, which SQLAlchemy loads when an address asks for it.
    assert wanted - imported() <= {"tzdata", "psycopg"}


def test_every_folder_of_the_server_introduces_itself_briefly():
    marks = tracked("server/*/__init__.py", "workers/__init__.py", "benchmarks/__init__.py")
    rooms = [mark.parent for mark in marks if mark.parents[1] in (ROOT, ROOT / "server")] + [ROOT / "server/frontend"]
    silent = [str(room.relative_to(ROOT)) for room in rooms if not (room / "README.md").is_file()]
    assert silent == []
    for room in rooms:
        assert len((room / "README.md").read_text("utf-8").splitlines()) <= 30, room


def test_the_bundle_carries_the_licences_of_what_is_in_it():
    built = ROOT / "server/static/dist"
    notices = (built / "THIRD-PARTY-LICENSES.txt").read_text("utf-8")
    for name in ("bootstrap", "bpmn-js", "diagram-js", "htmx.org", "@expo-google-fonts/noto-sans-sc"):
        assert f"\n{name} " in notices
    assert "the watermark must stay fully visible" in notices
    assert "SIL OPEN FONT LICENSE" in notices


def test_the_bundle_holds_what_its_manifest_names():
    built = ROOT / "server/static/dist"
    manifest = json.loads((built / "manifest.json").read_text("utf-8"))
    pages = {"base", "form", "diagram", "difference", "chart", "modeler", "tables", "form-editor", "text-editor"}
    assert set(manifest) == pages
    for entry in manifest.values():
        for name in (entry["js"], *entry["css"], *entry["preload"]):
            assert (built / name).is_file()
    assert (ROOT / "server/static/fonts/NotoSansSC_400Regular.ttf").stat().st_size > 5_000_000


def classes(text: str) -> set[str]:
    """Class names that a style sheet has rules for."""
    heads = re.sub(r"\{[^{}]*\}", "{}", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    return set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", heads))


def test_every_class_of_bootstrap_that_a_page_uses_is_in_the_bundle():
    frontend = ROOT / "server/frontend"
    known = classes((frontend / "node_modules/bootstrap/dist/css/bootstrap.css").read_text("utf-8"))
    built = classes("".join(file.read_text("utf-8") for file in (ROOT / "server/static/dist").glob("*.css")))
    pages = "".join(
        file.read_text("utf-8") for file in tracked("server/web/templates/*.html", "server/frontend/src/*.js")
    )
    said = "".join(re.findall(r"""\bclass(?:Name)?\s*[=:]\s*("[^"]*"|'[^']*')""", pages))
    used = set(re.findall(r"[\w-]+", said))
    assert len(known) > 1500
    assert {"btn", "form-control"} <= used
    assert (used & known) - built == set(), "add it to server/frontend/src/build/part-of-bootstrap.mjs"


def test_the_database_is_never_asked_what_time_it_is():
    asking = re.compile(r"\bCURRENT_(?:TIMESTAMP|DATE|TIME)\b|\bdatetime\('now|default=func\.", re.IGNORECASE)
    found = [str(file.relative_to(ROOT)) for file in tracked("server/*.py") if asking.search(file.read_text("utf-8"))]
    assert found == []
