"""The pages people read, taken apart: tables, links, blocks of code."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
INTERFACES = ROOT / "docs/interfaces.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    """Every Markdown page of the repository, known to git or about to be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return sorted(ROOT / name for name in names if name and (ROOT / name).is_file())


def text(page: Path) -> str:
    return page.read_text("utf-8")


def section(page: Path, heading: str) -> str:
    """What stands under `heading`, up to the next one of its level or a higher one."""
    lines = text(page).splitlines()
    begin = lines.index(heading)
    level = len(heading) - len(heading.lstrip("#"))
    rest = lines[begin + 1 :]
    higher = re.compile(rf"#{{1,{level}}} ")
    end = next((number for number, line in enumerate(rest) if higher.match(line)), len(rest))
    return "\n".join(rest[:end])


def rows(part: str) -> dict[str, str]:
    """Rows of the tables in `part`: the first cell's code -> the rest of the row. A row given twice is an error."""
    found: dict[str, str] = {}
    for name, rest in re.findall(r"^\| `([^`]+)` \| (.*) \|$", part, re.MULTILINE):
        assert name not in found, f"{name} has two rows"
        found[name] = rest
    return found


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of code in `language`, in order."""
    return [code for name, code in BLOCK.findall(text(page)) if name == language]


def links(page: Path) -> Iterator[str]:
    """Targets of the links and pictures of `page` that lead into the repository."""
    for target in LINK.findall(BLOCK.sub("", text(page))):
        if not re.match(r"[a-z]+:", target):
            yield target
