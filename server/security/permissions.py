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
    "task.complete_any": N_("Complete any open task in another's place"),
    "file.upload": N_("Upload files and pictures"),
    "message.send": N_("Report an event from outside, such as a customer's answer"),
    "instance.control": N_("Cancel, suspend and resume a complaint's process"),
    "incident.repair": N_("See failed steps and run them again"),
    "definition.read": N_("See the process applications and their versions"),
    "definition.publish": N_("Upload, check and publish versions of a process application"),
    "mailbox.read": N_("Read the mails that were sent to customers"),
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

_EVERYONE = frozenset({"case.file", "case.read", "task.work", "file.upload", "token.manage_own", "definition.read"})
_LEADS = _EVERYONE | {"case.read_all", "case.amend", "case.divert", "task.transfer", "message.send", "mailbox.read"}

GROUP_PERMISSIONS: Mapping[str, frozenset[str]] = {
    "sales": _EVERYONE | {"case.amend", "case.divert", "task.transfer", "message.send", "mailbox.read"},
    "quality": _LEADS,
    "engineering": _EVERYONE | {"task.transfer"},
    "production": _EVERYONE | {"task.transfer"},
    "service": _EVERYONE | {"task.transfer", "message.send"},
    "management": _LEADS | {"instance.control", "incident.repair", "audit.read"},
    "vp": _LEADS | {"audit.read"},
    "gm": _LEADS | {"instance.control", "audit.read"},
    "process_owner": _EVERYONE | {"case.read_all", "definition.publish", "incident.repair"},
    "admin": frozenset(PERMISSIONS),
}


def permissions_of(groups: Iterable[str], grants: Iterable[str] = ()) -> frozenset[str]:
    """Everything the groups and the personal grants allow; unknown groups and permissions allow nothing."""
    allowed = frozenset(grants).union(*(GROUP_PERMISSIONS.get(group, frozenset()) for group in groups))
    return allowed & PERMISSIONS.keys()
