"""All tables, one import: `from server.persistence.models import CaseFile`."""

from server.persistence.models.base import Base, UtcDateTime
from server.persistence.models.desk import (
    CaseComment,
    DeskEntry,
    DeskRun,
    KeptPost,
    SavedFilter,
    Substitution,
    TaskRequest,
)
from server.persistence.models.drafts import (
    DefinitionDraft,
    DefinitionDraftFile,
    DefinitionDraftPast,
    DefinitionEvent,
    RehearsalCase,
    RehearsalRun,
)
from server.persistence.models.facts import CaseFact, CaseReturn
from server.persistence.models.links import CaseLink
from server.persistence.models.migrations import MigrationRun, MigrationStep
from server.persistence.models.notices import NoticeDigest, NoticeWish, TaskNotice
from server.persistence.models.people import (
    ApiToken,
    Group,
    Membership,
    PermissionGrant,
    Site,
    SiteCalendar,
    UserAccount,
)
from server.persistence.models.process import CaseFile, DefinitionVersion, ProcessApplication, ProcessInstance
from server.persistence.models.record import (
    Attachment,
    CommandRecord,
    Counter,
    HistoryEvent,
    HistoryPayload,
    OutboxMail,
    Tombstone,
)
from server.persistence.models.repairs import Incident, RepairRun, RepairStep
from server.persistence.models.reports import Alert, AlertWish, ReportOrder
from server.persistence.models.similar import CaseGram, CaseWording
from server.persistence.models.steps import StepCost, StepRecord, StepSpan, StepSum
from server.persistence.models.work import ClockPause, Job, MessageSubscription, Timer, UserTask

__all__ = [
    "Alert",
    "AlertWish",
    "ApiToken",
    "Attachment",
    "Base",
    "CaseComment",
    "CaseFact",
    "CaseFile",
    "CaseGram",
    "CaseLink",
    "CaseReturn",
    "CaseWording",
    "ClockPause",
    "CommandRecord",
    "Counter",
    "DefinitionDraft",
    "DefinitionDraftFile",
    "DefinitionDraftPast",
    "DefinitionEvent",
    "DefinitionVersion",
    "DeskEntry",
    "DeskRun",
    "Group",
    "HistoryEvent",
    "HistoryPayload",
    "Incident",
    "Job",
    "KeptPost",
    "Membership",
    "MessageSubscription",
    "MigrationRun",
    "MigrationStep",
    "NoticeDigest",
    "NoticeWish",
    "OutboxMail",
    "PermissionGrant",
    "ProcessApplication",
    "ProcessInstance",
    "RehearsalCase",
    "RehearsalRun",
    "RepairRun",
    "RepairStep",
    "ReportOrder",
    "SavedFilter",
    "Site",
    "SiteCalendar",
    "StepCost",
    "StepRecord",
    "StepSpan",
    "StepSum",
    "Substitution",
    "TaskNotice",
    "TaskRequest",
    "Timer",
    "Tombstone",
    "UserAccount",
    "UserTask",
    "UtcDateTime",
]
