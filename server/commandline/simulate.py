"""`kesu simulate`: a data folder filled with a year of a factory that never was."""

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.clock import ManualClock, SystemClock
from server.commandline.support import CannotRun, settings_of, terminal_language
from server.i18n import N_, translate

if TYPE_CHECKING:
    from server.casework.context import Context
    from server.simulation.account import Account

TENTHS = 10


@dataclass(frozen=True)
class Wishes:
    """What the command line asks for; `until` None: the beginning of today, `data` None: the folder of the settings."""

    seed: str
    complaints: int
    open: int
    every_way: bool
    until: date | None
    data: Path | None
    add: bool


def simulated(wishes: Wishes, *, as_json: bool) -> str:
    """Play the year; what to print about it. Raises CannotRun where the folder is not one to be filled."""
    from server.app import build_context
    from server.logs import configure
    from server.simulation.account import account_of
    from server.simulation.haste import in_haste, seldom_swept
    from server.simulation.year import Plan, Year, beginning
    from server.start import prepare

    # Workers that fail are part of the play.
    configure("critical")
    settings = settings_of(**({} if wishes.data is None else {"data_dir": wishes.data}))
    until = _end(wishes.until, settings.zone)
    context = build_context(settings, clock=ManualClock(beginning(until)))
    prepare(context)
    _require_playground(context, add=wishes.add)
    prepare(context, demo=True)
    plan = Plan(wishes.seed, wishes.complaints, until, open=wishes.open, ways=wishes.every_way)
    year = Year(context, plan, _progress())
    with seldom_swept(), nullcontext() if wishes.add else in_haste(context.database):
        year.run()
    account = account_of(year.world)
    context.database.close()
    if as_json:
        told = {"seed": wishes.seed, "from": _day(beginning(until), settings.zone), "until": _day(until, settings.zone)}
        return json.dumps({**told, **account.to_json()}, ensure_ascii=False)
    return "\n".join(_report(account, terminal_language()))


def _end(wished: date | None, zone: tzinfo) -> datetime:
    """The moment the year ends: the beginning of a day at the site, so that the same day gives the same year."""
    today = SystemClock().now().astimezone(zone).date()
    day = today if wished is None else wished
    if day > today:
        sentence = N_("{day} is in the future. The simulated year ends today at the latest.")
        raise CannotRun(translate(sentence, terminal_language(), day=day.isoformat()))
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _day(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).date().isoformat()


def _require_playground(context: "Context", *, add: bool) -> None:
    """A folder with real people in it is never filled, one with complaints only when it is asked for."""
    from server.queries.complaint_list import complaint_list
    from server.queries.people import people
    from server.queries.sign_in import actor_named
    from server.security.demo import DEMO_PEOPLE
    from server.simulation.people import OUTSIDE

    known = {person.username for person in DEMO_PEOPLE}
    strangers = sorted({person["username"] for person in people(context)} - known)
    folder = str(context.settings.data_dir.resolve())
    if strangers:
        sentence = N_("{folder} has people of its own ({name}). Simulate into an empty folder: --data DIR.")
        raise CannotRun(translate(sentence, terminal_language(), folder=folder, name=strangers[0]))
    admin = actor_named(context, OUTSIDE)
    if not add and admin is not None and complaint_list(context, admin, language="en", limit=1)["items"]:
        sentence = N_("{folder} holds complaints already. Take another folder (--data DIR), or --add to them.")
        raise CannotRun(translate(sentence, terminal_language(), folder=folder))


def _progress() -> Callable[[int, int], None]:
    """Shows on standard error how many complaints came in: each on a terminal, each tenth of them elsewhere."""
    live = sys.stderr.isatty()

    def show(done: int, total: int) -> None:
        if live or done == total or done * TENTHS // total != (done - 1) * TENTHS // total:
            told = translate(N_("Complaints: {done} of {all}"), terminal_language(), done=done, all=total)
            click.echo(f"\r{told}" if live else told, err=True, nl=not live or done == total)

    return show


def _report(account: "Account", language: str) -> Iterable[str]:
    groups = (
        (N_("States"), account.states),
        (N_("Ends"), account.ends),
        (N_("Open at"), account.waiting),
        (N_("Escalations"), account.rungs),
        (N_("Events"), account.events),
    )
    yield translate(N_("{count} complaints."), language, count=account.complaints)
    for title, counts in groups:
        yield f"{translate(title, language)}:"
        yield from (f"  {name}  {count}" for name, count in sorted(counts.items()))
    yield translate(N_("Digest: {digest}"), language, digest=account.digest)
