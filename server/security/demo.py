"""The demo's people; they exist only with `kesu serve --demo`, on loopback, and have no password."""

from dataclasses import dataclass

from server.security.permissions import GROUPS


@dataclass(frozen=True)
class DemoPerson:
    username: str
    display_name: str
    groups: tuple[str, ...]
    leads: tuple[str, ...] = ()
    language: str = "zh-CN"

    @property
    def email(self) -> str:
        """An address that no mail server delivers (RFC 2606), so that mails stay on the mailbox page."""
        return f"{self.username}@kesu.example"


DEMO_PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("admin", "系统管理员", tuple(GROUPS)),
    DemoPerson("owner", "周明远", ("process_owner",)),
    DemoPerson("manager", "陈国栋", ("management",), leads=("management",)),
    DemoPerson("vp", "赵启航", ("vp", "management"), leads=("vp",)),
    DemoPerson("gm", "林正华", ("gm", "management"), leads=("gm",)),
    DemoPerson("sales1", "王丽", ("sales",), leads=("sales",)),
    DemoPerson("sales2", "刘洋", ("sales",)),
    DemoPerson("quality1", "张伟", ("quality",), leads=("quality",)),
    DemoPerson("quality2", "李娜", ("quality",)),
    DemoPerson("engineering1", "孙浩", ("engineering",), leads=("engineering",)),
    DemoPerson("production1", "吴强", ("production",), leads=("production",)),
    DemoPerson("service1", "郑芳", ("service",), leads=("service",)),
)
