"""The overview at shift start: when it comes, to whom, once a day, and what stands in it.

The house opens on Monday 2 March 2026 at 09:00 in Shanghai, half an hour into the shift, with its people made at that
moment: so the first overview is Tuesday's.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from server.casework.context import Context
from server.commands.add_signers import AddSigners
from server.commands.ask_colleague import AskColleague
from server.commands.claim_task import ClaimTask
from server.commands.disable_user import DisableUser
from server.commands.name_substitute import NameSubstitute
from server.commands.set_calendar import SetCalendar
from server.commands.set_language import SetLanguage
from server.commands.suspend_instance import SuspendInstance
from server.persistence.models import NoticeDigest, OutboxMail, UserAccount
from server.runner.digests import DigestDesk
from tests.durability.audit import audit_house
from tests.house import START, actor, build
from tests.integration import deadline_house
from tests.integration.desk_house import filed, publish, received, task
from tests.integration.life import case, do
from tests.integration.notice_house import PATIENCE, choose, deliver, go_to, mails, overviews, pass_time

ALL_DAY = [[["08:30", "12:00"], ["13:00", "17:30"]]]
WEEK = [*(ALL_DAY[0] for _ in range(5)), [], []]


@pytest.fixture
def site(house: Context) -> Context:
    return publish(house)


def outcome(site: Context, username: str) -> list[tuple[str, str]]:
    """(day, what became of it), oldest first."""
    query = select(NoticeDigest.day, NoticeDigest.outcome).join(UserAccount, UserAccount.id == NoticeDigest.user_id)
    with site.read() as connection:
        rows = connection.execute(query.where(UserAccount.username == username).order_by(NoticeDigest.day))
        return [(row.day, row.outcome) for row in rows]


def test_nobody_gets_one_for_a_shift_that_began_before_he_was_here(site: Context) -> None:
    filed(site)
    assert overviews(site) == 0
    go_to(site, "2 17:29")
    assert overviews(site) == 0


def test_it_comes_with_the_first_tick_of_the_shift_and_once(site: Context) -> None:
    filed(site)
    go_to(site, "3 08:29")
    assert overviews(site) == 0
    go_to(site, "3 08:30")
    assert overviews(site) > 0
    (mail,) = mails(site, "sales2")
    assert mail.notice_kind == "digest"
    for moment in ("3 08:31", "3 12:30", "3 17:29", "3 17:31", "4 08:29"):
        go_to(site, moment)
        assert overviews(site) == 0  # each time as if the server had been started anew
    filed(site)
    go_to(site, "4 08:30")
    overviews(site)
    assert len(mails(site, "sales2")) == 2
    assert "sales2@kesu.example" in deliver(site)


@pytest.mark.parametrize(
    ("moment", "count"), [("3 11:00", 1), ("3 12:30", 1), ("3 17:29", 1), ("3 17:30", 0), ("3 23:00", 0)]
)
def test_a_server_that_was_down_at_shift_start_sends_it_late_within_the_shift(
    site: Context, moment: str, count: int
) -> None:
    filed(site)
    go_to(site, moment)
    overviews(site)
    assert len(mails(site, "sales2")) == count


def test_none_on_free_days_and_holidays_but_on_a_saturday_that_is_worked(site: Context) -> None:
    filed(site)
    days_off = {"days_off": ["2026-03-04"], "days_on": ["2026-03-07"]}
    do(site, SetCalendar, week=WEEK, country="CN", **days_off)
    days = []
    for day in range(3, 10):
        filed(site)
        go_to(site, f"{day} 10:00")
        if overviews(site):
            days.append(day)
    assert days == [3, 5, 6, 7, 9]  # the 4th is the site's own holiday, the 8th a Sunday


def test_it_follows_the_clock_of_the_site_through_the_change_to_summer_time(house: Context) -> None:
    """Half past eight in Berlin is 07:30 UTC on the 27th and 06:30 UTC on the 30th."""
    site = publish(house)
    object.__setattr__(site, "settings", site.settings.model_copy(update={"timezone": "Europe/Berlin"}))
    site.calendars._zone = ZoneInfo("Europe/Berlin")
    do(site, SetCalendar, week=WEEK, country=None)
    with site.database.write("test") as connection:
        connection.exec_driver_sql("UPDATE site SET timezone = 'Europe/Berlin'")
    found = []
    utc = ZoneInfo("UTC")
    for text in ("27 07:29", "27 07:30", "28 08:00", "29 08:00", "30 06:29", "30 06:30", "30 07:30"):
        moment = datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=utc)
        filed(site)
        pass_time(site, moment - site.clock.now())
        if overviews(site):
            found.append(text)
    assert found == ["27 07:30", "30 06:30"]


def test_nothing_to_tell_is_no_mail_and_stays_so_for_the_day(site: Context) -> None:
    go_to(site, "3 08:30")
    assert overviews(site) == 0
    assert outcome(site, "sales2") == [("2026-03-03", "empty")]
    filed(site)
    go_to(site, "3 10:00")
    assert overviews(site) == 0


def test_who_has_switched_it_off_gets_none_today_even_if_he_switches_it_on_later(site: Context) -> None:
    filed(site)
    choose(site, "sales2", off=("digest",))
    do(site, DisableUser, username="sales1")
    go_to(site, "3 08:30")
    overviews(site)
    choose(site, "sales2")
    go_to(site, "3 09:30")
    overviews(site)
    assert mails(site, "sales2") == []
    assert mails(site, "sales1") == []
    assert outcome(site, "sales2") == [("2026-03-03", "off")]
    assert outcome(site, "sales1") == []


def test_what_stands_in_it(house: Context) -> None:
    """Deadlines as deadline_house tells them: `receive` has 8 working hours, `record` 2, `team` 16, all from Monday 09:00.

    On Tuesday at 08:30: `record` was due on Monday at 11:00; `receive` is due at 09:00. Wednesday's lists for quality:
    `team` was due on Tuesday at 17:00 + what is left of two days: Wednesday 09:00.
    """
    deadline_house.publish(house)
    do(house, SetLanguage, "sales2", language="en")
    do(house, SetLanguage, "quality2", language="en")
    number = deadline_house.file(house)
    go_to(house, "3 08:30")
    overviews(house)
    (mail,) = mails(house, "sales2")
    assert mail.subject == "Tue 3 Mar: 1 late, 1 due today, 0 new, 0 waiting for your answer"
    late, today = mail.body.index("Late (1)"), mail.body.index("Due today (1)")
    record, receive = (deadline_house.task(house, number, step).id for step in ("record", "receive"))
    assert late < mail.body.index(f"/tasks/{record}") < today < mail.body.index(f"/tasks/{receive}")
    assert "/me/notifications" in mail.body
    (other,) = mails(house, "quality2")
    assert other.subject == "Tue 3 Mar: 0 late, 0 due today, 1 new, 0 waiting for your answer"
    go_to(house, "4 08:30")
    overviews(house)
    assert [mail.subject for mail in mails(house, "quality2")[1:]] == [
        "Wed 4 Mar: 0 late, 1 due today, 0 new, 0 waiting for your answer"
    ]


def test_questions_and_signatures_stand_in_it_and_other_peoples_tasks_do_not(site: Context) -> None:
    for name in ("sales2", "manager", "service1"):
        do(site, SetLanguage, name, language="en")
    number = received(site)
    record = task(site, number, "record")["id"]
    do(site, ClaimTask, "quality1", task_id=record)
    do(site, AddSigners, "quality1", task_id=record, signers=("manager",), text="Please look at the grading")
    do(site, AskColleague, "quality1", task_id=record, of="service1", text="Did he call again?")
    go_to(site, "3 08:30")
    overviews(site)
    (signing,) = mails(site, "manager", "digest")
    assert "张伟 asks you to sign: Please look at the grading" in signing.body
    (asked,) = mails(site, "service1", "digest")
    assert "张伟 asks: Did he call again?" in asked.body
    assert mails(site, "quality2", "digest") == []  # quality1 has the only task of the group
    assert mails(site, "sales2", "digest") == []


def test_complaints_that_are_suspended_are_left_out(site: Context) -> None:
    number = filed(site)
    instance = case(site, number)["instance_id"]
    do(site, SuspendInstance, "manager", instance_id=instance, reason="The customer is shut")
    go_to(site, "3 08:30")
    assert overviews(site) == 0


def test_while_somebody_is_away_his_tasks_stand_in_his_substitutes_overview(site: Context) -> None:
    do(site, SetLanguage, "service1", language="en")
    number = filed(site)
    week = {"starts_at": START, "ends_at": START + timedelta(days=2)}
    do(site, NameSubstitute, "sales1", absent="sales1", substitute="service1", **week)
    go_to(site, "3 08:30")
    overviews(site)
    assert outcome(site, "sales1") == [("2026-03-03", "away")]
    (mail,) = mails(site, "service1", "digest")
    assert number in mail.body
    assert "for 王丽" in mail.body
    go_to(site, "5 08:30")
    overviews(site)
    (back,) = mails(site, "sales1", "digest")
    assert number in back.body  # what came while he was away
    assert len(mails(site, "service1", "digest")) == 1


def test_two_servers_that_look_at_once_send_one(site: Context) -> None:
    filed(site)
    other = build(site.settings.data_dir)
    for house in (site, other):
        go_to(house, "3 08:30")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda house: DigestDesk(house).send(PATIENCE), (site, other)))
    other.database.close()
    assert len(mails(site, "sales1")) == len(mails(site, "sales2")) == 1


@pytest.mark.parametrize("point", ["send_digest.before", "send_digest.after"])
def test_whoever_dies_on_the_way_leaves_the_rest_to_the_next(site: Context, point: str) -> None:
    filed(site)
    go_to(site, "3 08:30")

    class Dead(BaseException):
        pass

    reached: list[str] = []

    def die(where: str) -> None:
        reached.append(where)
        if reached.count(point) == 6:
            raise Dead

    site.database.probe = die
    with pytest.raises(Dead):
        overviews(site)
    site.database.probe = lambda _point: None
    overviews(site)
    assert len(mails(site, "sales1")) == len(mails(site, "sales2")) == 1
    with site.read() as connection:
        people = connection.execute(select(UserAccount.id)).all()
        done = connection.execute(select(NoticeDigest.user_id)).all()
    assert sorted(done) == sorted(people)


def test_a_desk_that_may_not_take_long_goes_on_where_it_stopped(site: Context) -> None:
    filed(site)
    go_to(site, "3 08:30")
    desk = DigestDesk(site)
    assert desk.send(0) == 0
    desk.send(PATIENCE)
    assert actor(site, "sales2").language == "zh-CN"
    (mail,) = mails(site, "sales2")
    assert mail.subject.startswith("3月3日（周二）：逾期 0 项")


def test_the_audit_compares_overviews_with_what_was_mailed(site: Context) -> None:
    filed(site)
    go_to(site, "3 08:30")
    assert overviews(site) > 0
    (mail,) = mails(site, "sales2")
    assert audit_house(site) == []
    with site.database.engine.begin() as connection:
        connection.execute(update(NoticeDigest).values(outcome="empty"))
    assert f"mail {mail.idempotency_key} is of nothing noted" in audit_house(site)
    with site.database.engine.begin() as connection:
        connection.execute(update(NoticeDigest).values(outcome="queued"))
        connection.execute(delete(OutboxMail).where(OutboxMail.id == mail.id))
    assert f"lost: overview {mail.idempotency_key} was noted and not mailed" in audit_house(site)
