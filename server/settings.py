"""The settings, read once from the environment (`KESU_…`), checked at start and never changed after."""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import SplitResult, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.i18n import N_

PREFIX = "KESU_"
SECRET_FILE = "secret-key"  # noqa: S105 - a file name
DATABASE_FILE = "kesu.db"
MASK = "********"
NOTICES = ("assignment", "group", "request", "mention", "urge", "reminder", "escalation", "digest")
"""The kinds of domain/notice_kinds.py."""

_MIN_SECRET = 16
_POSTGRES = re.compile(r"[^:]+://(\S*@)?([^\s/?#@:]*|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?/[^\s/?#]+(\?\S+)?")
_PACKAGE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class SettingsError(Exception):
    """A setting is not usable; the text is one sentence that names the variable and says what it needs."""


@dataclass(frozen=True)
class SettingLine:
    """One line of `kesu settings`; secrets are masked in `value`."""

    name: str
    value: str
    source: Literal["environment", "file", "default", "given"]
    help: str


class Settings(BaseSettings):
    """All settings. Construct with keywords in tests; `Settings.load()` reads the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, extra="forbid")

    data_dir: Path = Field(Path("data"), description=N_("Folder of everything that is kept: database, files, secret"))
    database_url: str = Field(
        "", validate_default=True, description=N_("sqlite:///FILE or postgresql://…; unset: kesu.db in the data folder")
    )
    secret_key: SecretStr | None = Field(
        None, description=N_("Signs log-ins and links; unset: generated once, kept in a file")
    )
    secret_key_file: Path | None = Field(
        None, description=N_("File that holds the secret key, instead of the variable")
    )
    site: str = Field("HQ", pattern=r"^[A-Z0-9-]{1,12}$", description=N_("Site code at the front of complaint numbers"))
    timezone: str = Field(
        "Asia/Shanghai", description=N_("Time zone of the site: working time, days and numbers' years")
    )
    language: Literal["zh-CN", "en"] = Field("zh-CN", description=N_("Language where the reader's is not known"))
    public_url: str = Field("http://127.0.0.1:8000", description=N_("Address under which people reach the server"))
    smtp_url: str = Field(
        "", description=N_("smtp[s]://user:password@host:port; empty: mails stay on the mailbox page")
    )
    imap_url: str = Field("", description=N_("imap[s]://user:password@host:port/FOLDER; empty: no mail is fetched"))
    mail_from: str = Field("Kesu <kesu@localhost>", description=N_("Sender of mails"))
    workers: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description=N_("Python packages with workers of the site")
    )
    dispatcher: Literal["local", "procrastinate"] = Field("local", description=N_("Who wakes the workers"))
    max_upload_mb: int = Field(25, ge=1, le=1000, description=N_("Largest file that can be uploaded, in megabytes"))
    four_eyes: bool = Field(False, description=N_("Nobody approves what he planned himself"))
    publish_four_eyes: bool = Field(False, description=N_("Nobody publishes a version that he proposed himself"))
    notices: str = Field(
        ",".join(name for name in NOTICES if name != "group"),
        description=N_("Which mails people get who chose nothing themselves; none: no mails"),
    )
    trusted_proxies: int = Field(
        0, ge=0, le=9, description=N_("How many proxies stand before the server and tell the caller's address")
    )
    demo_complaints: int = Field(
        300, ge=0, le=10_000, description=N_("How many complaints of a year the demo loads in the background; 0: none")
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description=N_("What is written to the log")
    )

    @classmethod
    def load(cls, **given: Any) -> Self:
        """From the environment; `given` (from the command line) wins. Raises SettingsError."""
        try:
            return cls(**given)
        except ValidationError as error:
            raise SettingsError(_sentence(error)) from None

    @model_validator(mode="after")
    def _has_sender(self) -> Self:
        if self.smtp_url and mail_host(self.mail_from) == "localhost":
            raise ValueError("KESU_MAIL_FROM must be set together with KESU_SMTP_URL, like Kesu <kesu@example.com>")
        return self

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, KeyError):  # by how the name is wrong
            raise ValueError("must be the name of a time zone like Asia/Shanghai") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return f"sqlite:///{(info.data.get('data_dir', Path()).absolute() / DATABASE_FILE).as_posix()}"
        scheme = value.partition("://")[0]
        if scheme not in ("sqlite", "postgresql", "postgres", "postgresql+psycopg"):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if scheme != "sqlite" and not _POSTGRES.fullmatch(value):
            raise ValueError("must be an address like postgresql://user:password@host:5432/database")
        # SQLAlchemy would take another driver for the plain name.
        return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)

    @field_validator("public_url")
    @classmethod
    def _is_site(cls, value: str) -> str:
        return urlunsplit(_address(value, "http", "https")).rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp(cls, value: str) -> str:
        return urlunsplit(_address(value, "smtp", "smtps")) if value else value

    @field_validator("imap_url")
    @classmethod
    def _is_imap(cls, value: str) -> str:
        return urlunsplit(_address(value, "imap", "imaps")) if value else value

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, value: str) -> str:
        if not re.fullmatch(r"[^\r\n@]*[^\s@]+@[^\s@]+", value):
            raise ValueError("must be one mail address like Kesu <kesu@example.com>")
        return value

    @field_validator("workers", mode="before")
    @classmethod
    def _are_packages(cls, value: Any) -> Any:
        names = re.split(r"[,\s]+", value.strip()) if isinstance(value, str) else value
        names = tuple(name for name in names if name)
        if not all(isinstance(name, str) and _PACKAGE.fullmatch(name) for name in names):
            raise ValueError("must list Python packages, with commas between them")
        return names

    @field_validator("notices")
    @classmethod
    def _are_kinds(cls, value: str) -> str:
        names = [name for name in re.split(r"[,\s]+", value.strip()) if name]
        if names != ["none"] and not set(names) <= set(NOTICES):
            raise ValueError(f"must list some of {', '.join(NOTICES)}, with commas between them, or be none")
        return ",".join(names)

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _MIN_SECRET:
            raise ValueError(f"must have at least {_MIN_SECRET} characters")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def notice_kinds(self) -> tuple[str, ...]:
        """The kinds of `notices`."""
        return tuple(name for name in self.notices.split(",") if name != "none")

    def secret(self) -> str:
        """The secret key; made and kept in the data folder when there is none. Raises SettingsError."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        if self.secret_key_file is not None:
            return _read_secret(self.secret_key_file)
        path = self.data_dir / SECRET_FILE
        if not path.exists():
            _keep_secret(path)
        return _read_secret(path)

    def describe(self) -> list[SettingLine]:
        """Every setting with its value (secrets masked), where it comes from and what it is for."""
        return [
            SettingLine(PREFIX + name.upper(), self._shown(name), self._source(name), field.description or "")
            for name, field in type(self).model_fields.items()
        ]

    def _shown(self, name: str) -> str:
        value = getattr(self, name)
        if name == "secret_key":
            return MASK
        if name.endswith("_url"):
            return _masked(value)
        if isinstance(value, tuple):
            return ",".join(value)
        if isinstance(value, bool):
            return str(value).lower()
        return "" if value is None else str(value)

    def _source(self, name: str) -> Literal["environment", "file", "default", "given"]:
        if name == "secret_key" and self.secret_key is None:
            return "file"
        if name not in self.model_fields_set:
            return "default"
        return "environment" if os.environ.get(PREFIX + name.upper()) else "given"


def unknown_variables() -> list[str]:
    """Names of environment variables that look like settings and are none: most often a slip of the pen."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {"KESU_REQUIRE"}
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def _address(value: str, *schemes: str) -> SplitResult:
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.hostname or re.search(r"\s", value):
        raise ValueError(f"must be an address like {schemes[-1]}://host")
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("must have a port from 0 to 65535") from None
    return parts


def _masked(value: str) -> str:
    plain = re.sub(r"(?<=://)([^:/@]*):.*@", rf"\1:{MASK}@", value)
    return re.sub(r"(?i)([?&][^=&]*password=)[^&]*", rf"\1{MASK}", plain)


def mail_host(sender: str) -> str:
    """The host of a sender like `Kesu <kesu@example.com>`."""
    return sender.rpartition("@")[2].strip(" >").lower()


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    if not first["loc"]:
        return first["msg"].removeprefix("Value error, ") + "."
    name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else "The settings"
    if first["type"] == "extra_forbidden":
        return f"{name} is no setting."
    reason = first["msg"].removeprefix("Value error, ")
    wanted = {"string_pattern_mismatch": "must be 1 to 12 capital letters, digits and hyphens"}.get(
        first["type"], reason
    )
    wanted = re.sub(r"^(Input|String) should be", "must be", wanted)
    secret = name.endswith(("_URL", "_KEY"))
    shown = "" if secret else f" is {str(first['input'])[:60]!r} but"
    return f"{name}{shown} {wanted}."


def _keep_secret(path: Path) -> None:
    """Write a new secret unless another process was quicker; readers see a whole key or none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
        finally:
            fresh.unlink()
    except OSError as error:
        raise SettingsError(
            f"KESU_DATA_DIR is {str(path.parent)!r}, where no secret key can be kept: {error}."
        ) from None


def _read_secret(path: Path) -> str:
    try:
        secret = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"KESU_SECRET_KEY_FILE {str(path)!r} cannot be read: {error}.") from None
    if len(secret) < _MIN_SECRET:
        raise SettingsError(f"KESU_SECRET_KEY_FILE {str(path)!r} must hold at least {_MIN_SECRET} characters.")
    return secret
