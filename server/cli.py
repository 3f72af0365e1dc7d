"""`kesu`: the command line. Exit status: 0 good, 1 the answer is no, 2 wrong use or cannot run."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from server.commandline.people import token, user
from server.commandline.support import (
    CannotRun,
    open_context,
    plain_refusals,
    say,
    settings_of,
    terminal_language,
)
from server.i18n import N_, translate


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kesu")
def main() -> None:
    """Kesu (客诉): customer complaints, run by your own BPMN diagrams."""


main.add_command(user)
main.add_command(token)


@main.command()
@click.option("--demo", is_flag=True, help="Demo people and complaints; on this machine only.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Server processes.")
@plain_refusals
def serve(demo: bool, host: str, port: int, workers: int) -> None:
    """Run the whole product: pages, REST API, workers, timers."""
    from server.serving import serve_forever

    if demo and host not in ("127.0.0.1", "localhost", "::1"):
        raise CannotRun(
            translate(
                N_("--demo lets everybody in without a password, so it runs on 127.0.0.1 only; leave out --host."),
                terminal_language(),
            )
        )
    if workers > 1:
        sentence = N_("One command is one server process: start more on the same PostgreSQL, each with its own --port.")
        raise CannotRun(translate(sentence, terminal_language()))
    # Without an address of its own the server is reached where it listens.
    own = {} if os.environ.get("KESU_PUBLIC_URL") else {"public_url": f"http://{host}:{port}"}
    serve_forever(settings_of(**own), host, port, demo=demo)


@main.command()
@click.option("--topics", help="Only these topics, separated by commas.")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64))
@plain_refusals
def worker(topics: str | None, concurrency: int) -> None:
    """Run service tasks of the same database in a process of their own."""
    from server.serving import work_forever

    wanted = frozenset(topic.strip() for topic in topics.split(",") if topic.strip()) if topics else None
    work_forever(settings_of(), topics=wanted, concurrency=concurrency)


@main.command()
@plain_refusals
def init() -> None:
    """Prepare the data folder: database, groups, bundled applications."""
    say(N_("Ready: {folder}"), folder=str(open_context().settings.data_dir.resolve()))


@main.command()
@plain_refusals
def settings() -> None:
    """List all settings with their values; secrets are masked."""
    for line in settings_of().describe():
        click.echo(f"{line.name}={line.value}  ({line.source}) {translate(line.help, terminal_language())}")


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_refusals
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check an application's folder, a root holding several, or one diagram or table."""
    from server.commandline.check import report

    text, ok = report(paths, as_json=as_json)
    click.echo(text)
    sys.exit(0 if ok else 1)


@main.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_refusals
def test(path: Path, as_json: bool) -> None:
    """Play recorded complaints again: those of an application's folder, of a root holding several, or one."""
    from server.commandline.testing import tested

    text, ok = tested(path, as_json=as_json)
    click.echo(text)
    sys.exit(0 if ok else 1)


@main.command()
@click.argument("target")
@click.option("--map", "told", multiple=True, metavar="OLD=NEW", help="Where cases go on, or keep a field (/a=/b).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_refusals
def rehearse(target: str, told: tuple[str, ...], as_json: bool) -> None:
    """Try TARGET, a draft (…/workflows/KEY) or the published version of KEY, on every open complaint."""
    from server.commandline.migrating import rehearsed

    text, ok = rehearsed(target, told, as_json=as_json)
    click.echo(text)
    sys.exit(0 if ok else 1)


@main.command()
@click.argument("key")
@click.option("--to", required=True, type=click.IntRange(1), help="The version they are brought to.")
@click.option("--instances", help="Only these, by number or id, separated by commas.")
@click.option("--map", "told", multiple=True, metavar="OLD=NEW", help="Where cases go on, or keep a field (/a=/b).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_refusals
def migrate(key: str, to: int, instances: str | None, told: tuple[str, ...], as_json: bool) -> None:
    """Bring the open complaints of the application KEY to another version; those that do not fit stay."""
    from server.commandline.migrating import migrated

    text, ok = migrated(key, to, instances, told, as_json=as_json)
    click.echo(text)
    sys.exit(0 if ok else 1)


@main.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--note", default="", help="What changed, for the list of versions.")
@click.option("--require-tests", is_flag=True, help="Publish only if the recorded tests pass.")
@plain_refusals
def deploy(path: Path, note: str, require_tests: bool) -> None:
    """Publish the application in PATH (…/workflows/KEY) as its next version."""
    from server.commandline.deploying import deployed

    click.echo(deployed(path, note, require_tests=require_tests))


@main.command()
@click.argument("key")
@click.argument("dir", type=click.Path(path_type=Path, file_okay=False))
@click.option("--version", "number", type=click.IntRange(1), help="Which version; the current one by default.")
@click.option("--force", is_flag=True, help="Overwrite and remove files that are from no version.")
@plain_refusals
def export(key: str, dir: Path, number: int | None, force: bool) -> None:  # noqa: A002 - click's name for it
    """Write a published version of the application KEY to DIR/workflows/KEY and DIR/forms/KEY, byte for byte."""
    from server.commandline.exporting import exported

    version, files = exported(key, number, dir.resolve(), force=force)
    say(
        N_("{key}, version {version}: {files} files are in {dir}."), key=key, version=version, files=files, dir=str(dir)
    )


@main.command()
@click.argument("key")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="Received on this day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Received on this day or before.")
@click.option("--pseudonyms", is_flag=True, help="Signs instead of user names.")
@plain_refusals
def xes(key: str, file: str, since: datetime | None, until: datetime | None, pseudonyms: bool) -> None:
    """Write what happened in the complaints of the application KEY to FILE (- for standard output), as XES."""
    from server.commandline.xes import exported_log

    days = (None if day is None else day.date() for day in (since, until))
    click.echo(exported_log(key, file, *days, pseudonyms=pseudonyms), err=True)


@main.command()
@click.option("--seed", default="1", show_default=True, help="Any text; the same one gives the same year.")
@click.option("--complaints", default=300, show_default=True, type=click.IntRange(0, 1_000_000), help="In the year.")
@click.option("--open", default=0, show_default=True, type=click.IntRange(0, 1_000_000),
              help="So many more that lie open at the end, at all steps of the process.")  # fmt: skip
@click.option("--every-way", is_flag=True, help="As many more as it takes to go every way through the process.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Day at whose beginning the year ends; today.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Instead of KESU_DATA_DIR.")
@click.option("--add", is_flag=True, help="Add to the complaints that are there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@plain_refusals
def simulate(*, until: datetime | None, as_json: bool, **wishes: Any) -> None:
    """Fill an empty data folder with a year of a factory: customers, people, holidays, failing workers."""
    from server.commandline.simulate import Wishes, simulated

    day = None if until is None else until.date()
    click.echo(simulated(Wishes(**wishes, until=day), as_json=as_json))
