"""The one table of permissions, and what each group may do.

Deny by default: what is not granted here, or to a person in `permission_grant`, is refused.
"""

from collections.abc import Iterable, Mapping

from server.i18n import N_

PERMISSIONS: Mapping[str, str] = {
    "case.file": N_("File a complaint"),
    "case.read": N_("See the complaints one takes part in"),
    "case.read_all": N_("See every complaint of one's sites"),
    "case.amend": N_("Amend a complaint's data outside a task, with a reason"),
    "case.divert": N_("End a complaint early: withdrawn, duplicate, or referred outside"),
    "task.work": N_("Claim, fill and complete tasks of one's groups"),
    "task.transfer": N_("Hand a task to another person and send work back"),
    "task.escalate": N_("Call for the next in charge of a task"),
    "clock.pause": N_("Stop a complaint's clock and let it go on, with a reason"),
    "task.complete_any": N_("Complete any open task in another's place"),
    "file.upload": N_("Upload files and pictures"),
    "message.send": N_("Report an event from outside, such as a customer's answer"),
    "instance.control": N_("Cancel, suspend and resume a complaint's process"),
    "incident.repair": N_("See failed steps and run them again"),
    "definition.read": N_("See the process applications and their versions"),
    "definition.edit": N_("Work on drafts of a process application"),
    "definition.publish": N_("Publish versions of a process application, and go back to an earlier one"),
    "definition.migrate": N_("Move running complaints to another version of their process, and back"),
    "mailbox.read": N_("Read the mails that were sent to customers"),
    "report.read": N_("See where complaints are stuck, analysis and reports"),
    "audit.read": N_("Read the whole history and verify it"),
    "user.manage": N_("Manage people, groups and sites"),
    "token.manage_own": N_("Make and revoke one's own access tokens"),
}

GROUPS: Mapping[str, str] = {
    "sales": "销售部\nSales",
    "quality": "品质部\nQuality",
    "engineering": "工程部\nEngineering",
    "production": "生产部\nProduction",
    "service": "售后服务部\nAfter-sales service",
    "management": "管理层\nManagement",
    "vp": "分管副总\nVice presidents",
    "gm": "总经理\nGeneral manager",
    "process_owner": "流程负责人\nProcess owners",
    "admin": "系统管理员\nAdministrators",
}

PARENTS: Mapping[str, str] = {
    **dict.fromkeys(("sales", "quality", "engineering", "production", "service"), "management"),
    "management": "vp",
    "vp": "gm",
}
"""The group above each, whose lead is called for when the own lead could not help."""

_EVERYONE = frozenset(
    {"case.file", "case.read", "task.work", "task.escalate", "file.upload", "token.manage_own", "definition.read"}
)
_OUTSIDE = frozenset({"message.send", "clock.pause"})
_LEADS = _EVERYONE | _OUTSIDE | {"case.read_all", "case.amend", "case.divert", "task.transfer", "mailbox.read"}
_WORKERS = _EVERYONE | {"task.transfer"}
_REPORTS = frozenset({"report.read"})

GROUP_PERMISSIONS: Mapping[str, frozenset[str]] = {
    "sales": _WORKERS | _OUTSIDE | {"case.amend", "case.divert", "mailbox.read"},
    "quality": _LEADS | _REPORTS,
    "engineering": _WORKERS,
    "production": _WORKERS,
    "service": _WORKERS | _OUTSIDE,
    "management": _LEADS | _REPORTS | {"instance.control", "incident.repair", "audit.read"},
    "vp": _LEADS | _REPORTS | {"audit.read"},
    "gm": _LEADS | _REPORTS | {"instance.control", "audit.read"},
    "process_owner": _EVERYONE
    | _REPORTS
    | {"case.read_all", "definition.edit", "definition.publish"}
    | {"definition.migrate", "incident.repair"},
    "admin": frozenset(PERMISSIONS),
}


READ_ALL = "case.read_all"


def groups_that_may(permission: str) -> frozenset[str]:
    """Groups of the table whose members all have it."""
    return frozenset(group for group, allowed in GROUP_PERMISSIONS.items() if permission in allowed)


def permissions_of(groups: Iterable[str], grants: Iterable[str] = ()) -> frozenset[str]:
    """Everything the groups and the personal grants allow; an unknown permission allows nothing.

    A group that is not in the table came with a process application: its members may do what any worker may.
    """
    allowed = frozenset(grants).union(*(GROUP_PERMISSIONS.get(group, _WORKERS) for group in groups))
    return allowed & PERMISSIONS.keys()
