"""Sends everybody his overview when the shift of his site begins; late when nobody was there, but within the shift."""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.notice_mail import wants
from server.casework.task_lines import task_line
from server.commands.send_digest import SendDigest
from server.domain.deadline_terms import Days
from server.domain.notice_kinds import DIGEST
from server.domain.working_time import WorkCalendar
from server.i18n import N_, translate
from server.persistence.models import NoticeDigest, Site, UserAccount
from server.queries.digest import MOST_COUNTED, Digest, Part, digest
from server.queries.sign_in import actor_of
from server.security.actor import Actor

BATCH = 100
_SUBJECT = N_("{day}: {late} late, {today} due today, {new} new, {asked} waiting for your answer")
_HELLO = N_("Hello {name},\n\nyour shift begins. This is what waits for you:\n")
_HEADS = {
    "late": N_("Late ({count})"),
    "today": N_("Due today ({count})"),
    "new": N_("New since the last overview ({count})"),
    "asked": N_("Waiting for your answer or signature ({count})"),
}
_MORE = N_("… and {count} more.")
_ASKED = {
    "question": N_("• {number} {name} asks: {text}"),
    "signature": N_("• {number} {name} asks you to sign: {text}"),
}
_FOR = N_("for {name}")
_LIST = N_("Your list: {link}")


class DigestDesk:
    """One for a process; any number of processes may look."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._done: dict[str, date] = {}

    def send(self, seconds: float) -> int:
        """Send what is due, for so many seconds at most; returns how many mails it were."""
        until, sent = time.monotonic() + seconds, 0
        for site, day in self._shifts():
            calendar = self._context.calendars.newest(site)
            while people := self._waiting(site, day, calendar):
                for user_id in people:
                    if time.monotonic() > until:
                        return sent
                    sent += self._one(calendar, user_id, day)
            self._done[site] = day
        return sent

    def _shifts(self) -> Iterator[tuple[str, date]]:
        """Sites whose shift is under way, with its day, where not everybody has been told yet."""
        with self._context.read() as connection:
            sites = connection.execute(select(Site.key).order_by(Site.key)).scalars().all()
        for site in sites:
            day = self._context.calendars.newest(site).shift_at(self._context.clock.now())
            if day is not None and self._done.get(site) != day:
                yield site, day

    def _waiting(self, site: str, day: date, calendar: WorkCalendar) -> list[int]:
        """Active people of the site who were here when the shift began and whose day is not dealt with."""
        shift = calendar.shift_of(day)
        if shift is None:
            return []
        dealt_with = exists().where(NoticeDigest.user_id == UserAccount.id, NoticeDigest.day == day.isoformat())
        query = (
            select(UserAccount.id)
            .where(UserAccount.site == site, UserAccount.is_active.is_(True), UserAccount.created_at <= shift[0])
            .where(~dealt_with)
            .order_by(UserAccount.id)
            .limit(BATCH)
        )
        with self._context.read() as connection:
            return list(connection.execute(query).scalars())

    def _one(self, calendar: WorkCalendar, user_id: int, day: date) -> bool:
        actor = actor_of(self._context, user_id)
        with self._context.read() as connection:
            wanted = actor is not None and wants(connection, self._context.settings, user_id, DIGEST)
        subject = body = ""
        if wanted and actor is not None:
            found = digest(self._context, actor, self._since(user_id, calendar, day), _midnight(calendar, day))
            if not found.is_empty:
                subject, body = letter(self._context, actor, found, calendar, day)
        command = SendDigest(actor=SYSTEM, user_id=user_id, day=day.isoformat(), subject=subject, body=body)
        return bool(self._context.execute(command).body["outcome"] == "queued")

    def _since(self, user_id: int, calendar: WorkCalendar, day: date) -> datetime:
        """When he last had an overview, or nothing to read in one; else the shift before his first day.

        So who was away finds everything that came meanwhile.
        """
        seen = NoticeDigest.outcome.in_(("queued", "empty"))
        mine = NoticeDigest.user_id == user_id
        query = select(func.max(NoticeDigest.made_at)).where(mine, seen)
        with self._context.read() as connection:
            last: datetime | None = connection.execute(query).scalar_one_or_none()
            first = connection.execute(select(func.min(NoticeDigest.day)).where(mine)).scalar_one_or_none()
        before = calendar.shift_before(date.fromisoformat(first) if first else day)
        return last or (before[0] if before else self._context.clock.now())


def _midnight(calendar: WorkCalendar, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), calendar.zone)


def letter(context: Context, actor: Actor, found: Digest, calendar: WorkCalendar, day: date) -> tuple[str, str]:
    """(subject, text) in the person's language."""
    language = actor.language
    parts = {name: getattr(found, name) for name in _HEADS}
    counts = {name: _count(part) for name, part in parts.items()}
    subject = translate(_SUBJECT, language, day=Days(day, day), **counts)
    lines = [translate(_HELLO, language, name=actor.display_name)]
    for name, part in parts.items():
        if part.count:
            lines.append(translate(_HEADS[name], language, count=counts[name]))
            lines += _asked(part, language) if name == "asked" else _tasks(context, part, calendar, language)
            if part.count > len(part.rows):
                lines.append(translate(_MORE, language, count=part.count - len(part.rows)))
            lines.append("")
    lines.append(translate(_LIST, language, link=f"{context.settings.public_url}/tasks"))
    return subject, "\n".join([*lines, ""])


def _count(part: Part) -> str:
    return f"{MOST_COUNTED - 1}+" if part.count >= MOST_COUNTED else str(part.count)


def _tasks(context: Context, part: Part, calendar: WorkCalendar, language: str) -> Iterator[str]:
    for row, absent in zip(part.rows, part.absent, strict=True):
        first, link = task_line(context.settings, row, calendar.zone, language).split("\n")
        yield f"{first} · {translate(_FOR, language, name=absent)}" if absent else first
        yield link


def _asked(part: Part, language: str) -> Iterator[str]:
    for row in part.rows:
        text = " ".join(row.text.split())[:200]
        yield translate(_ASKED[row.kind], language, number=row.number, name=row.display_name, text=text)
