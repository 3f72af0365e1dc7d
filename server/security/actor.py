"""Who acts: resolved once per request, handed to every command and query."""

from dataclasses import dataclass, field

from server.domain.rejection import Rejected
from server.i18n import N_


@dataclass(frozen=True)
class Actor:
    """A person (or a service account) with what he may do and which sites' complaints he may see."""

    user_id: int
    username: str
    display_name: str
    groups: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    sites: frozenset[str] = field(default_factory=frozenset)
    language: str = "zh-CN"
    password_mark: str = field(default="", repr=False)
    """Changes with the password, which is how a session learns that it has ended (passwords.password_mark)."""

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raises `Rejected` (forbidden.permission)."""
        if permission not in self.permissions:
            raise Rejected(
                "forbidden.permission",
                N_("You may not do this: it needs the permission {permission}. Ask an administrator."),
                permission=permission,
            )
