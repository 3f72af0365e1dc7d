"""Who acts: resolved once per request, handed to every command and query."""

from collections.abc import Collection
from dataclasses import dataclass, field

from server.domain.rejection import Rejected
from server.i18n import N_


@dataclass(frozen=True)
class StandIn:
    """Somebody absent whose tasks the actor may do: those of `groups`, and what is meant for him when `whole`."""

    user_id: int
    username: str
    display_name: str
    groups: frozenset[str]
    whole: bool = True

    def covers(self, group: str | None, people: Collection[int | None]) -> bool:
        """Whether a task of `group` that is meant for, held by or gone up to `people` is among them."""
        return group in self.groups or (self.whole and self.user_id in people)


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
    stands_in: tuple[StandIn, ...] = ()
    """Whom he is the substitute of at this moment; never of those for whom they stand in themselves."""

    @property
    def reach(self) -> frozenset[str]:
        """His groups and those he stands in for."""
        return self.groups.union(*(each.groups for each in self.stands_in))

    @property
    def selves(self) -> list[int]:
        """His id and those of the people whose own tasks he may do, too."""
        return [self.user_id, *(each.user_id for each in self.stands_in if each.whole)]

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
