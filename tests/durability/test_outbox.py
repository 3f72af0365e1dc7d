"""Mails leave the outbox: none is lost and none recorded twice, whoever sends and whenever it dies."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from threading import Barrier, Lock

import pytest
from sqlalchemy import insert, select

from server.casework.context import Context
from server.clock import ManualClock
from server.mail.smtp import TemporaryMailError
from server.persistence.models import OutboxMail
from server.runner.mail_desk import LEASE, send_due
from tests.house import build

MAILS = 25
POINTS = {
    "claim_mails.before": 1,
    "claim_mails.after": 1,
    "record_mail.before": 2,  # it had left the house: sent again under the same Message-ID
    "record_mail.after": 1,
}
"""How often a mail is sent whose sender dies there."""


class Died(BaseException):
    """The process ends here, as far as anybody can tell."""


class Post:
    """Takes every mail, and remembers it by its Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self._lock = Lock()

    def send(self, message: EmailMessage) -> None:
        with self._lock:
            self.taken[message["Message-ID"]] += 1


@pytest.fixture
def outbox(house: Context) -> Context:
    """MAILS mails are due."""
    now = with_sender(house).clock.now()
    common = {"state": "queued", "attempts": 0, "run_at": now, "created_at": now, "attachments": [], "body": "text"}
    rows = [
        common | {"idempotency_key": f"job-{n}:0", "recipient": f"c{n}@example.com", "subject": f"{n}"}
        for n in range(MAILS)
    ]
    with house.database.write("test") as connection:
        connection.execute(insert(OutboxMail), rows)
    return house


def with_sender(house: Context) -> Context:
    house.settings = house.settings.model_copy(update={"mail_from": "Quality <quality@example.com>"})
    return house


def states(house: Context) -> Counter[str]:
    with house.read() as connection:
        return Counter(connection.execute(select(OutboxMail.state)).scalars())


def send_all(house: Context, post: Post) -> None:
    while send_due(house, post):
        pass


def advance(house: Context, by: timedelta) -> None:
    assert isinstance(house.clock, ManualClock)
    house.clock.advance(by)


@pytest.mark.parametrize("point", POINTS)
def test_the_sender_may_die_at_every_commit_point(outbox: Context, point: str) -> None:
    def die(reached: str) -> None:
        if reached == point:
            raise Died

    post = Post()
    outbox.database.probe = die
    with pytest.raises(Died):
        send_due(outbox, post)
    outbox.database.probe = lambda _point: None
    send_all(outbox, post)
    advance(outbox, LEASE)
    send_all(outbox, post)
    assert states(outbox) == {"sent": MAILS}
    assert sorted(post.taken.values()) == [1] * (MAILS - 1) + [POINTS[point]]


def test_two_senders_share_the_outbox(outbox: Context) -> None:
    other = with_sender(build(outbox.settings.data_dir))
    post, gate = Post(), Barrier(2)

    def send(house: Context) -> None:
        gate.wait()
        send_all(house, post)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send, (outbox, other)))
    other.database.close()
    assert len(post.taken) == MAILS
    assert set(post.taken.values()) == {1}
    assert states(outbox) == {"sent": MAILS}


def test_a_slow_server_makes_no_second_sender_send_the_rest(outbox: Context) -> None:
    """Each mail takes a minute and a half: long before the last one another process looks into the outbox."""
    other, post = with_sender(build(outbox.settings.data_dir)), Post()

    class Slow(Post):
        def send(self, message: EmailMessage) -> None:
            for house in (outbox, other):
                advance(house, timedelta(seconds=90))
            if not post.taken:
                send_all(other, post)
            post.send(message)

    send_all(outbox, Slow())
    other.database.close()
    assert len(post.taken) == MAILS
    assert set(post.taken.values()) == {1}


def test_a_server_that_is_away_costs_attempts_and_no_mail(outbox: Context) -> None:
    class Away(Post):
        def send(self, message: EmailMessage) -> None:
            raise TemporaryMailError("nobody there")

    away, post = Away(), Post()
    for _ in range(3):
        send_all(outbox, away)
        advance(outbox, timedelta(minutes=30))
    assert states(outbox) == {"queued": MAILS}
    send_all(outbox, post)
    assert states(outbox) == {"sent": MAILS}
    assert set(post.taken.values()) == {1}
