"""The kinds of mail that come to our own people, each of which everybody may switch on and off for himself."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.i18n import N_


@dataclass(frozen=True)
class NoticeKind:
    """`title` stands at the switch; `about` says when the mail comes and what it means to go without."""

    title: str
    about: str


ASSIGNMENT, GROUP, REQUEST, MENTION, URGE = "assignment", "group", "request", "mention", "urge"
REMINDER, ESCALATION, DIGEST = "reminder", "escalation", "digest"

NOTICE_KINDS: Mapping[str, NoticeKind] = {
    ASSIGNMENT: NoticeKind(
        N_("A task comes to me"),
        N_("It is meant for you, handed or delegated to you, or a step you did is to be done again."),
    ),
    GROUP: NoticeKind(
        N_("A new task for my groups"),
        N_("Nobody has it yet. In large groups these are many mails."),
    ),
    REQUEST: NoticeKind(
        N_("Questions and signatures"),
        N_("A colleague asks you something or wants your signature, or answers what you asked."),
    ),
    MENTION: NoticeKind(N_("Somebody mentions me"), N_("Your name stands in a comment.")),
    URGE: NoticeKind(N_("Somebody asks to hurry"), N_("With a task that you have, or your group.")),
    REMINDER: NoticeKind(N_("Reminder before a task is due"), N_("As many working hours before as its step says.")),
    ESCALATION: NoticeKind(
        N_("A late task goes up to me"),
        N_(
            "You are the next in charge of a task that is late. Switched off, it comes to you all the same and you"
            " answer for it; you only see it on your list."
        ),
    ),
    DIGEST: NoticeKind(
        N_("Overview when the shift begins"),
        N_("What is late, due today, new or waits for your answer. On working days, and not when there is nothing."),
    ),
}
"""In the order in which they are shown."""
