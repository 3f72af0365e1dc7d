"""`kesu rehearse` and `kesu migrate`: what would become of the open complaints, and bringing them over."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from server.commandline.support import CannotRun, open_context, terminal_language
from server.domain.bundle import Bundle, applications
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.i18n import N_, translate

VERDICTS = {
    "safe": N_("safe"),
    "needs_mapping": N_("needs a mapping"),
    "stuck": N_("would be stuck"),
    "unsure": N_("unsure"),
}
STATES = {
    "waiting": N_("not done yet"),
    "migrated": N_("migrated"),
    "refused": N_("stays in its version"),
    "passed": N_("nothing to do"),
    "undone": N_("taken back"),
}


def rehearsed(target: str, told: Sequence[str] = (), *, as_json: bool) -> tuple[str, bool]:
    """(what to print, whether every case is safe). `target`: an application's folder, else the key of one.

    `told`: where cases go on, `OLD=NEW` each.
    """
    from server.casework.command import SYSTEM
    from server.queries.rehearsal import rehearse_draft, rehearse_version

    language, mapping = terminal_language(), _mapping(told)
    context = open_context()
    progress = _progress(N_("Rehearsed: {done} of {all}"))
    if Path(target).is_dir():
        found = rehearse_draft(context, SYSTEM, _bundle(Path(target).resolve()), language, progress, mapping)
    else:
        found = rehearse_version(context, SYSTEM, target, None, language, progress, mapping)
    text = json.dumps(found, ensure_ascii=False) if as_json else "\n".join(_report(found, language))
    return text, bool(found["ok"])


def migrated(key: str, to: int, instances: str | None, told: Sequence[str] = (), *, as_json: bool) -> tuple[str, bool]:
    """(what to print, whether no case was refused)."""
    from server.casework.command import SYSTEM
    from server.commands.start_migration import StartMigration
    from server.queries.migration_runs import migration_run
    from server.runner.migrations import carry_out

    language, mapping = terminal_language(), _mapping(told).to_json()
    context = open_context()
    chosen = None if instances is None else tuple(name.strip() for name in instances.split(",") if name.strip())
    command = StartMigration(actor=SYSTEM, key=key, to=to, instances=chosen, mapping=mapping)
    run = context.execute(command).body
    show = _progress(N_("Migrated: {done} of {all}"))
    done = 0

    def progress() -> None:
        nonlocal done
        done += 1
        if show is not None:
            show(done, run["cases"])

    carry_out(context, run["id"], progress=progress)
    found = migration_run(context, SYSTEM, key, run["id"], language, limit=1_000_000)
    text = json.dumps(found, ensure_ascii=False) if as_json else "\n".join(_outcome(found, language))
    return text, not found["counts"]["refused"] and not found["counts"]["waiting"]


def _bundle(folder: Path) -> Bundle:
    """The application in `…/workflows/KEY`, or the only one of a root."""
    keys = applications(folder)
    if len(keys) > 1:
        sentence = N_("{path} holds {count} applications. Name the folder of one: …/workflows/KEY.")
        raise CannotRun(translate(sentence, terminal_language(), path=str(folder), count=len(keys)))
    return Bundle.from_folder(folder, keys[0]) if keys else Bundle.from_folder(folder.parents[1], folder.name)


def _mapping(told: Sequence[str]) -> CaseMapping:
    """Raises Rejected `malformed.mapping`."""
    pairs: dict[str, str] = {}
    for each in told:
        old, is_pair, new = (part.strip() for part in each.partition("="))
        if not is_pair or pairs.setdefault(old, new) != new:
            sentence = N_("Write --map OLD=NEW, each step or field once; “{said}” is not so.")
            raise Rejected("malformed.mapping", sentence, said=each[:200])
    return CaseMapping.read(pairs)


def _progress(sentence: str) -> Callable[[int, int], None] | None:
    """Shows how far it is, where somebody looks at a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        told = translate(sentence, terminal_language(), done=done, all=total)
        click.echo(f"\r{told}", err=True, nl=done == total)

    return show


def _report(found: Mapping[str, Any], language: str) -> Iterable[str]:
    for item in found["items"]:
        if item["verdict"] != "safe":
            steps = ", ".join(step["name"] for step in item["steps"] if step["kind"] in ("user_task", "job"))
            yield f"{item['number']}  {translate(VERDICTS[item['verdict']], language)}  ({steps})"
            yield from (f"    {_reason(reason, language)}" for reason in item["reasons"])
    for finding in found["findings"]:
        yield f"{finding['file']}: {finding['code']} {finding['message']}"
    counts = ", ".join(
        f"{translate(VERDICTS[name], language)}: {count}" for name, count in found["verdicts"].items() if count
    )
    sentence = N_("{cases} open complaints in {seconds} s. {counts}")
    yield translate(sentence, language, cases=found["cases"], seconds=found["seconds"], counts=counts).rstrip()


def _reason(reason: Mapping[str, Any], language: str) -> str:
    if "candidates" not in reason:
        return str(reason["message"])
    names = ", ".join(each["name"] for each in reason["candidates"])
    return translate(N_("{message} It could go on at: {names}"), language, message=reason["message"], names=names)


def _outcome(found: Mapping[str, Any], language: str) -> Iterable[str]:
    for item in found["items"]:
        if item["state"] == "refused":
            yield f"{item['number']}  {translate(STATES['refused'], language)}"
            yield from (f"    {_reason(reason, language)}" for reason in item["reasons"])
    counts = ", ".join(f"{translate(STATES[name], language)}: {count}" for name, count in found["counts"].items())
    yield translate(N_("Version {to}: {counts}"), language, to=found["to"], counts=counts)
