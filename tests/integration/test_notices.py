"""Mails about tasks: who gets one and when, in which language, once, bundled, switched off, and for whom somebody stands in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.casework.context import Context
from server.commands.add_comment import AddComment
from server.commands.bulk_tasks import bulk
from server.commands.choose_notices import ChooseNotices
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.delegate_task import DelegateTask
from server.commands.disable_user import DisableUser
from server.commands.escalate_task import EscalateTask
from server.commands.name_substitute import NameSubstitute
from server.commands.send_back_task import SendBackTask
from server.commands.set_language import SetLanguage
from server.commands.transfer_task import TransferTask
from server.domain.notice_kinds import NOTICE_KINDS
from server.persistence.models import OutboxMail, UserAccount
from server.queries.notices import notice_wishes
from server.runner.notices import LONGEST, QUIET, tell_of_tasks
from server.settings import NOTICES, Settings, SettingsError
from tests.house import START, actor, build
from tests.integration import deadline_house
from tests.integration.desk_house import URGENT, complete, filed, publish, received, task
from tests.integration.life import do, events, refused
from tests.integration.notice_house import PATIENCE, choose, deliver, mails, outcomes, pass_time, settle

FOOT = "http://127.0.0.1:8000/me/notifications"


@pytest.fixture
def site(house: Context) -> Context:
    return publish(house)


def english(site: Context, *names: str) -> None:
    for name in names:
        do(site, SetLanguage, name, language="en")


def open_task(site: Context) -> str:
    return str(task(site, filed(site), "receive")["id"])


def transfer(site: Context, task_id: str, to: str, by: str = "sales1", reason: str = "You know them") -> None:
    do(site, TransferTask, by, task_id=task_id, to=to, reason=reason)


# Switches


def test_settings_and_switches_name_the_same_kinds() -> None:
    assert tuple(NOTICE_KINDS) == NOTICES


@pytest.mark.parametrize(
    ("text", "kinds"), [("none", ()), ("digest, mention", ("digest", "mention")), ("group", ("group",))]
)
def test_the_site_sets_what_people_get_who_chose_nothing(text: str, kinds: tuple[str, ...]) -> None:
    assert Settings.load(notices=text).notice_kinds == kinds


def test_a_kind_that_is_none_is_told() -> None:
    with pytest.raises(SettingsError, match=r"KESU_NOTICES .*must list some of assignment, group"):
        Settings.load(notices="digests")


def test_choosing_and_going_back_to_the_setting(site: Context) -> None:
    def wanted() -> list[str]:
        items = notice_wishes(site, actor(site, "sales2"), "en")["items"]
        return [one["kind"] for one in items if one["wanted"]]

    assert wanted() == [kind for kind in NOTICES if kind != "group"]
    do(site, ChooseNotices, "sales2", kinds=("group", "digest"))
    assert wanted() == ["group", "digest"]
    do(site, ChooseNotices, "sales2", kinds=())
    assert wanted() == []
    do(site, ChooseNotices, "sales2", kinds=None)
    assert "assignment" in wanted()
    assert refused(site, ChooseNotices, "sales2", kinds=("spam",)).code == "malformed.notice"


# A task comes to somebody


def test_who_is_handed_a_task_is_told_by_whom_and_why_with_a_link_and_a_way_to_stop_it(site: Context) -> None:
    english(site, "sales2")
    number = filed(site)
    wanted = task(site, number, "receive")["id"]
    transfer(site, wanted, "sales2")
    assert settle(site) == 1
    (mail,) = mails(site, "sales2")
    assert mail.subject == f"王丽 handed you “Receive” of complaint {number}"
    assert "You know them" in mail.body
    assert f"http://127.0.0.1:8000/tasks/{wanted}" in mail.body
    assert FOOT in mail.body
    assert "“A task comes to me”" in mail.body
    assert mail.case_id is not None
    assert settle(site) == 0


def test_a_chinese_reader_gets_chinese(site: Context) -> None:
    transfer(site, open_task(site), "sales2", reason="你熟悉")
    settle(site)
    (mail,) = mails(site, "sales2")
    assert "王丽把投诉" in mail.subject
    assert "“受理”" in mail.subject
    assert "如需关闭" in mail.body


def test_fifty_tasks_at_once_make_one_mail(site: Context) -> None:
    english(site, "sales2")
    tasks = [open_task(site) for _ in range(50)]
    done = bulk(site, actor(site, "sales1"), "transfer", tasks, {"to": "sales2", "reason": "Shift change"})
    assert [row.refusal for row in done] == [None] * 50
    assert settle(site) == 1
    (mail,) = mails(site, "sales2")
    assert mail.subject == "50 tasks came to you"
    assert all(f"/tasks/{each}" in mail.body for each in tasks)
    assert outcomes(site, "sales2") == ["queued"] * 50


def test_a_very_long_list_is_cut_and_says_so(site: Context) -> None:
    english(site, "sales2")
    for _ in range(53):
        transfer(site, open_task(site), "sales2")
    settle(site)
    (mail,) = mails(site, "sales2")
    assert mail.body.count("/tasks/") == 50
    assert "… and 3 more." in mail.body


def test_a_mail_waits_for_what_comes_right_after_it_but_not_for_ever(site: Context) -> None:
    transfer(site, open_task(site), "sales2")
    pass_time(site, QUIET - timedelta(seconds=1))
    assert tell_of_tasks(site, PATIENCE) == 0
    pass_time(site, timedelta(seconds=1))
    assert tell_of_tasks(site, PATIENCE) == 1
    began = site.clock.now()
    while tell_of_tasks(site, PATIENCE) == 0:
        transfer(site, open_task(site), "sales2")
        pass_time(site, QUIET / 2)
    assert site.clock.now() - began <= LONGEST + QUIET


def test_what_was_handed_to_and_fro_is_told_once_to_who_has_it(site: Context) -> None:
    wanted = open_task(site)
    for giver, getter in (("sales1", "sales2"), ("sales2", "sales1"), ("sales1", "sales2")):
        transfer(site, wanted, getter, by=giver)
    settle(site)
    assert len(mails(site, "sales2")) == 1
    assert mails(site, "sales1") == []
    assert outcomes(site, "sales1") == ["gone"]


def test_who_has_the_task_in_hand_by_then_needs_no_mail(site: Context) -> None:
    wanted = open_task(site)
    transfer(site, wanted, "sales2")
    do(site, ClaimTask, "sales2", task_id=wanted)
    settle(site)
    assert mails(site, "sales2") == []


def test_nobody_is_told_of_what_he_did_himself(site: Context) -> None:
    transfer(site, open_task(site), "sales1", by="sales1")
    number = filed(site)
    do(site, EscalateTask, "sales1", task_id=task(site, number, "receive")["id"], reason="Help")
    settle(site)
    assert mails(site, "sales1") == []
    (told,) = events(site, number, "task.escalated")
    assert (told["data"]["to"], told["data"]["mail"]) == ("sales1", "own")


def test_a_delegated_task_is_told_at_once(site: Context) -> None:
    do(site, DelegateTask, "sales1", task_id=open_task(site), to="sales2", reason="Please")
    assert [mail.notice_kind for mail in mails(site, "sales2")] == ["assignment"]
    assert settle(site) == 0


def test_who_did_the_step_before_is_told_that_it_was_sent_back(site: Context) -> None:
    english(site, "sales1")
    number = received(site)
    settle(site)
    back = task(site, number, "record")["id"]
    do(site, SendBackTask, "quality1", task_id=back, reason="The lot is missing")
    assert settle(site) == 1
    (mail,) = mails(site, "sales1")
    assert mail.subject == f"Sent back by 张伟: “Receive” of complaint {number}"
    assert "The lot is missing" in mail.body
    assert task(site, number, "receive")["id"] in mail.body


# Groups


def test_a_group_is_told_of_new_tasks_only_if_its_people_want_it_and_never_who_caused_them(site: Context) -> None:
    number = filed(site)
    settle(site)
    assert mails(site, "sales2") == []
    for name in ("quality1", "quality2", "sales1"):
        choose(site, name, on=("group",))
    english(site, "quality2")
    complete(site, number, "receive", "sales1")
    settle(site)
    assert [mail.subject for mail in mails(site, "quality2")] == [f"For your group: “Record” of complaint {number}"]
    assert len(mails(site, "quality1")) == 1
    filed(site)  # by sales1
    settle(site)
    assert mails(site, "sales1") == []


def test_many_new_tasks_of_a_group_make_one_mail(site: Context) -> None:
    choose(site, "sales2", on=("group",))
    english(site, "sales2")
    for _ in range(3):
        filed(site)
    assert settle(site) == 1
    assert [mail.subject for mail in mails(site, "sales2")] == ["3 tasks wait in your groups"]


def test_a_task_that_came_long_ago_is_told_nobody(site: Context) -> None:
    choose(site, "sales2", on=("group",))
    filed(site)
    pass_time(site, timedelta(days=2))
    assert settle(site) == 0


# Off, away, gone


def test_what_is_switched_off_meanwhile_is_not_written(site: Context) -> None:
    transfer(site, open_task(site), "sales2")
    choose(site, "sales2", off=("assignment",))
    assert settle(site) == 0
    assert outcomes(site, "sales2") == ["off"]


def test_what_is_switched_off_meanwhile_is_not_sent(site: Context) -> None:
    transfer(site, open_task(site), "sales2")
    transfer(site, open_task(site), "service1")
    settle(site)
    choose(site, "sales2", off=("assignment",))
    assert deliver(site) == ["service1@kesu.example"]
    assert [mail.state for mail in mails(site, "sales2")] == ["dropped"]
    choose(site, "sales2")
    assert deliver(site) == []


def test_who_works_here_no_more_gets_none(site: Context) -> None:
    transfer(site, open_task(site), "sales2")
    transfer(site, open_task(site), "service1")
    transfer(site, open_task(site), "engineering1")
    do(site, DisableUser, username="service1")
    settle(site)
    do(site, DisableUser, username="sales2")
    assert deliver(site) == ["engineering1@kesu.example"]
    assert outcomes(site, "service1") == ["nobody"]
    assert [mail.state for mail in mails(site, "sales2")] == ["dropped"]


def test_without_an_address_there_is_no_mail_and_no_trouble(site: Context) -> None:
    with site.database.write("test") as connection:
        connection.execute(update(UserAccount).where(UserAccount.username == "sales2").values(email=None))
    transfer(site, open_task(site), "sales2")
    settle(site)
    assert outcomes(site, "sales2") == ["no_address"]


def test_while_somebody_is_away_his_substitute_gets_the_mail_with_both_names(site: Context) -> None:
    english(site, "service1")
    week = {"starts_at": START, "ends_at": START + timedelta(days=7)}
    do(site, NameSubstitute, "sales2", absent="sales2", substitute="service1", **week)
    transfer(site, open_task(site), "sales2")
    settle(site)
    assert mails(site, "sales2") == []
    (mail,) = mails(site, "service1")
    assert mail.recipient == "service1@kesu.example"
    assert "Hello 郑芳" in mail.body
    assert "This mail comes to you, 郑芳, as the substitute of 刘洋." in mail.body
    pass_time(site, timedelta(days=8))
    transfer(site, open_task(site), "sales2")
    settle(site)
    assert (len(mails(site, "sales2")), len(mails(site, "service1"))) == (1, 1)


def test_a_substitute_for_another_group_gets_none(site: Context) -> None:
    week = {"starts_at": START, "ends_at": START + timedelta(days=7), "groups": ("quality",)}
    do(site, NameSubstitute, "admin", absent="admin", substitute="service1", **week)
    transfer(site, open_task(site), "admin")
    settle(site)
    assert (len(mails(site, "admin")), mails(site, "service1")) == (1, [])


# Dying and racing


@pytest.mark.parametrize(
    "point", ["note_new_task.before", "note_new_task.after", "tell_tasks.before", "tell_tasks.after"]
)
def test_whoever_dies_at_a_commit_loses_no_mail_and_sends_none_twice(site: Context, point: str) -> None:
    choose(site, "sales2", on=("group",))
    filed(site)
    transfer(site, open_task(site), "sales2")

    class Dead(BaseException):
        pass

    def die(reached: str) -> None:
        if reached == point:
            raise Dead

    site.database.probe = die
    with pytest.raises(Dead):
        settle(site)
    site.database.probe = lambda _point: None
    settle(site)
    settle(site)
    assert sorted(mail.notice_kind for mail in mails(site, "sales2")) == ["assignment", "group"]
    assert len({mail.idempotency_key for mail in mails(site, "sales2")}) == 2


def test_two_servers_that_tick_at_once_tell_once(site: Context) -> None:
    choose(site, "sales2", on=("group",))
    other = build(site.settings.data_dir)
    for _ in range(10):
        filed(site)
        transfer(site, open_task(site), "service1")
    both = (site, other)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda house: tell_of_tasks(house, PATIENCE), both))
        for house in both:
            pass_time(house, LONGEST)
        list(pool.map(lambda house: tell_of_tasks(house, PATIENCE), both))
    other.database.close()
    assert len(mails(site, "sales2")) == 1
    assert len(mails(site, "service1")) == 1
    assert outcomes(site, "service1") == ["queued"] * 10


def test_completing_still_says_nothing_by_itself(site: Context) -> None:
    """The mails are of the tick: whoever completes a task waits for none of it."""
    number = received(site)
    complete(site, number, "record", "quality1", URGENT)
    do(site, CompleteTask, "production1", task_id=task(site, number, "secure")["id"], data={})
    with site.read() as connection:
        kinds: list[Any] = list(connection.execute(select(OutboxMail.notice_kind)).scalars())
    assert "assignment" not in kinds


# Reminders and rungs of the ladder, as the small table of deadline_house has them


def test_reminder_and_escalation_switched_off_change_nothing_but_the_mail(house: Context) -> None:
    """`receive` is due on Tuesday at 09:00, its reminder comes four working hours before, its first rung when it is due."""
    deadline_house.publish(house)
    number = deadline_house.file(house)
    wanted = deadline_house.task(house, number, "receive").id
    do(house, ClaimTask, "sales2", task_id=wanted)
    choose(house, "sales2", off=("reminder",))
    choose(house, "sales1", off=("escalation",))
    deadline_house.wait_until(house, "3 09:00")
    reminded = [
        told for _at, told in deadline_house.events(house, number, "task.reminded") if told["task_id"] == wanted
    ]
    risen = [told for _at, told in deadline_house.events(house, number, "task.escalated") if told["task_id"] == wanted]
    assert [(told["to"], told["mail"]) for told in reminded] == [("sales2", "off")]
    assert [(told["to"], told["mail"]) for told in risen] == [("sales1", "off")]
    assert deadline_house.task(house, number, "receive").escalated_to == actor(house, "sales1").user_id
    assert mails(house, "sales2", "reminder") == mails(house, "sales1", "escalation") == []


def test_a_substitute_gets_reminder_and_escalation_with_both_names_and_what_switching_off_means(house: Context) -> None:
    deadline_house.publish(house)
    english(house, "service1", "engineering1")
    number = deadline_house.file(house)
    do(house, ClaimTask, "sales2", task_id=deadline_house.task(house, number, "receive").id)
    week = {"starts_at": START, "ends_at": START + timedelta(days=7)}
    do(house, NameSubstitute, "sales2", absent="sales2", substitute="service1", **week)
    do(house, NameSubstitute, "sales1", absent="sales1", substitute="engineering1", **week)
    deadline_house.wait_until(house, "3 09:00")
    (reminder,) = mails(house, "service1", "reminder")
    assert "as the substitute of 刘洋" in reminder.body
    late = [mail for mail in mails(house, "engineering1", "escalation") if "“receive”" in mail.subject]
    assert len(late) == 1
    assert "as the substitute of 王丽" in late[0].body
    assert "Switched off, late tasks come to you all the same" in late[0].body
    assert mails(house, "sales1") == mails(house, "sales2") == []


def test_a_mention_is_of_the_person_himself(site: Context) -> None:
    week = {"starts_at": START, "ends_at": START + timedelta(days=7)}
    do(site, NameSubstitute, "sales2", absent="sales2", substitute="service1", **week)
    do(site, AddComment, "sales1", number=filed(site), text="@sales2 see you next week")
    assert [mail.notice_kind for mail in mails(site, "sales2")] == ["mention"]
    assert mails(site, "service1") == []
