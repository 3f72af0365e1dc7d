"""Who works here: sites, users, groups and what they may do."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base


class Site(Base):
    """A plant or office; complaint numbers and working time belong to it."""

    __tablename__ = "site"
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str]


class SiteCalendar(Base):
    """The working time of a site, where it is not that of the settings (domain.working_time.WorkCalendar).

    `version` tells another process that it has changed; `recount_after` is the last instance whose due dates were
    counted anew since, NULL when all are.
    """

    __tablename__ = "site_calendar"
    site: Mapped[str] = mapped_column(ForeignKey("site.key"), primary_key=True)
    country: Mapped[str | None]
    week: Mapped[list[Any]]
    days_on: Mapped[list[Any]]
    days_off: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)
    recount_after: Mapped[str | None]


class UserAccount(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    email: Mapped[str | None]
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="zh-CN")
    site: Mapped[str] = mapped_column(ForeignKey("site.key"))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Group(Base):
    """A candidate group (BPMN potential owner); its permissions stand in server/security/permissions.py.

    `lead_id` is told when its work is late; `parent` is the group above it on the ladder.
    """

    __tablename__ = "group_"
    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    parent: Mapped[str | None] = mapped_column(ForeignKey("group_.key"))


class Membership(Base):
    __tablename__ = "membership"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    group_key: Mapped[str] = mapped_column(ForeignKey("group_.key"), primary_key=True, index=True)


class PermissionGrant(Base):
    """A permission given to one person beside those of his groups."""

    __tablename__ = "permission_grant"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    permission: Mapped[str] = mapped_column(primary_key=True)


class ApiToken(Base):
    """Only the digest is kept: a stolen database opens no door."""

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
