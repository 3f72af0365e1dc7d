#!/usr/bin/env python3
"""Sets the house up and runs it. Needs Python 3.11 or newer and a package index, nothing else.

python3 dev.py run     [--port 8000] [--data DIR] [--no-demo]    the whole product, with the demo
python3 dev.py test    [pytest arguments]                        all tests, shelf by shelf, or those that are named
python3 dev.py check                                             format, lint, types, layers, fast tests
python3 dev.py setup                                             virtual environment and browser bundle only
python3 dev.py bench   NAME [--small] | --list                   one figure
python3 dev.py torture NAME [--kills N] [--seed S] [--database sqlite|postgres] | --list
"""

import argparse
import ast
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
BUILT = ROOT / "server" / "static" / "dist" / "manifest.json"
AGAIN = ("integration", "acceptance", "durability", "migration", "population")  # `postgresql`: once more, on a server
ALONE = ("durability", "browser")  # they have an eye on the clock; of the others each processor takes a file at a time
TOGETHER = ("-p", "xdist", "-n", str(min(os.cpu_count() or 1, 4)), "--dist=loadfile", "--max-worker-restart=0")
SHELVES = ("unit", *AGAIN, "security", "browser", "docs", "postgresql")


def stop(sentence):
    """Ends with one sentence on standard error; 2 means: cannot run."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


def fingerprint():
    """Digest of everything the virtual environment and the bundle are made from."""
    frontend = ROOT / "server" / "frontend"
    names = ["pyproject.toml", "constraints.txt", "hatch_build.py"]
    files = [ROOT / name for name in names] + [frontend / name for name in ("build.mjs", "package-lock.json")]
    digest = hashlib.sha256(str(ROOT).encode())
    for file in files + sorted((frontend / "src").rglob("*")):
        if file.is_file():
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def set_up():
    """Makes .venv, installs the product and its tests into it, builds the bundle; a second call does nothing."""
    if sys.version_info < (3, 11):
        stop("Kesu needs Python 3.11 or newer, and this is {}.{}.".format(*sys.version_info))
    stamp = VENV / ".kesu-stamp"
    now = [sys.version, fingerprint()]
    before = stamp.read_text("utf-8").split("\0") if stamp.is_file() else []
    if before == now and PYTHON.exists() and BUILT.is_file():
        return
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        stop("This Python has no venv module: install it (on Debian: apt-get install python3-venv) and start again.")
    import venv

    print("Setting up .venv and the browser bundle; the first time takes about a minute …", file=sys.stderr, flush=True)
    other_python = bool(before) and before[0] != sys.version
    if other_python or not PYTHON.exists():
        venv.create(VENV, with_pip=True, clear=other_python, symlinks=os.name != "nt")
    stamp.unlink(missing_ok=True)
    # Wheels only: nobody should need a compiler. The product itself is exempt, being a folder.
    install = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--only-binary=:all:"]
    if subprocess.call([*install, "-c", ROOT / "constraints.txt", "-e", f"{ROOT}[test]"], cwd=ROOT):
        stop("The set-up failed: pip's own words are above.")
    stamp.write_text("\0".join(now), "utf-8")


def become(program, *args):
    """Runs a program of .venv in this process's place, so that whoever stops or kills us stops it."""
    command = [str(program), *map(str, args)]
    os.chdir(ROOT)
    if os.name != "nt":
        sys.stdout.flush()
        os.execv(command[0], command)
    try:
        sys.exit(subprocess.call(command))
    except KeyboardInterrupt:
        sys.exit(130)


def run(args):
    parser = argparse.ArgumentParser(prog="dev.py run", description="Whatever else is given goes to `kesu serve`.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    parser.add_argument("--data", metavar="DIR", help="data folder (default: ./data of the checkout)")
    parser.add_argument("--no-demo", action="store_true", help="start empty: no demo people, no sample complaints")
    known, rest = parser.parse_known_args(args)
    if known.data:  # as seen from where the command was given
        os.environ["KESU_DATA_DIR"] = str(Path(known.data).resolve())
    set_up()
    demo = [] if known.no_demo else ["--demo"]
    become(BIN / "kesu", "serve", *demo, "--host", known.host, "--port", known.port, *rest)


def shelf(name, folders, report):
    """Runs some folders of tests, those of ALONE by themselves at the end; yields passed, failed, skipped."""
    database, played = "postgres" if name == "postgresql" else "sqlite", str(report.with_name("population"))
    env = {"TEST_POPULATION": played, **os.environ, "TEST_DATABASE": database}  # one year is played for both
    alone = [folder for folder in folders if folder.endswith(ALONE)]
    together = [folder for folder in folders if folder not in alone]
    for what in filter(None, (together and [*TOGETHER, *together], alone)):
        report.unlink(missing_ok=True)
        status = subprocess.call([PYTHON, "-m", "pytest", "-q", *what, f"--junitxml={report}"], cwd=ROOT, env=env)
        suite = ET.parse(report).find("testsuite") if report.is_file() else {}
        tests, fail, error, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
        failed = max(fail + error, 0 if status in (0, 5) else 1)  # 5: the folder holds no test yet
        yield max(tests - failed - skipped, 0), failed, skipped


def test(args):
    set_up()
    if args:
        become(PYTHON, "-m", "pytest", *args)
    total, lines = [0, 0, 0], []
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in {**{name: [name] for name in SHELVES}, "postgresql": AGAIN}.items():
            folders = [f"tests/{part}" for part in parts if (ROOT / "tests" / part).is_dir()]
            print(f"\n== {name}" if folders else "", flush=True)
            begin = time.monotonic()
            counts = [*map(sum, zip((0, 0, 0), *shelf(name, folders, Path(folder, "report.xml")), strict=True))]
            total = [a + b for a, b in zip(total, counts, strict=True)]
            line = "{:<12} {:7.1f} s   {:5} passed {:4} failed {:4} skipped"
            lines.append(line.format(name, time.monotonic() - begin, *counts))
    print("", *lines, "{} passed, {} failed, {} skipped".format(*total), sep="\n", flush=True)
    sys.exit(1 if total[1] or not total[0] else 0)


def check(args):
    set_up()
    steps = {
        "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
        "lint": [BIN / "ruff", "check", "--quiet", "."],
        "types": [PYTHON, "-m", "mypy", "--no-error-summary"],
        "layers": [BIN / "lint-imports", "--no-cache"],
    }
    if "--no-tests" not in args:
        steps["tests"] = [PYTHON, "-m", "pytest", "-q", "-x", "tests/unit"]
    begin, bad, pipes = time.monotonic(), 0, {"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    running = {name: subprocess.Popen(command, **pipes) for name, command in steps.items()}  # side by side
    for name, process in running.items():
        said = process.communicate()[0]
        verdict = "no" if process.returncode else "good"
        print("{:<8} {:4}  after {:5.1f} s".format(name, verdict, time.monotonic() - begin), flush=True)
        if process.returncode:
            bad += 1
            sys.stdout.buffer.write(said)
            sys.stdout.flush()
    sys.exit(1 if bad else 0)


def names(folder):
    """Name and first line of the docstring of every module in a folder that has a main()."""
    for file in sorted((ROOT / folder).glob("[!_]*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            yield file.stem.replace("_", "-"), (ast.get_docstring(tree) or "").partition("\n")[0]


def figure(folder, args, module):
    """`--list`, or one module of a folder."""
    known, name = dict(names(folder)), (args or [""])[0].replace("_", "-")
    if name == "--list":
        sys.stdout.writelines("{:<20} {}\n".format(*item) for item in known.items())
        return
    if name not in known:
        stop("Name one of: " + (", ".join(known) or "(none here yet)") + ".")
    set_up()
    become(PYTHON, "-m", *module(name), *args[1:])


def main():
    what, args = (sys.argv[1:2] or ["help"])[0], sys.argv[2:]
    commands = {
        "run": run,
        "test": test,
        "check": check,
        "setup": lambda _: set_up(),
        "bench": lambda rest: figure("benchmarks", rest, lambda name: ["benchmarks." + name.replace("-", "_")]),
        "torture": lambda rest: figure("benchmarks/torture", rest, lambda name: ["benchmarks.torture", name]),
    }
    if what in ("help", "-h", "--help"):
        print(__doc__)
        return
    if what not in commands:
        stop("There is no `dev.py " + what + "`: use one of " + ", ".join(commands) + ".")
    commands[what](args)


if __name__ == "__main__":
    main()
