"""Settings: checked at start, one sentence when wrong, secrets never shown."""

import os
import stat
import threading
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import MASK, Settings, SettingsError, unknown_variables


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("KESU_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_nothing_set_is_enough(tmp_path: Path) -> None:
    settings = Settings.load()
    assert settings.database_url == f"sqlite:///{(tmp_path / 'data' / 'kesu.db').as_posix()}"
    assert (settings.site, settings.zone.key, settings.max_upload_mb) == ("HQ", "Asia/Shanghai", 25)
    assert not (tmp_path / "data").exists()


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESU_DATABASE_URL", "postgres://kesu:geheim@db/kesu")
    monkeypatch.setenv("KESU_WORKERS", "site_workers, other.pack")
    monkeypatch.setenv("KESU_FOUR_EYES", "true")
    monkeypatch.setenv("KESU_SITE", "")
    settings = Settings.load()
    assert settings.database_url == "postgresql+psycopg://kesu:geheim@db/kesu"
    assert settings.workers == ("site_workers", "other.pack")
    assert settings.four_eyes is True
    assert settings.site == "HQ"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgres://kesu@/kesu?host=/run/postgresql", "postgresql+psycopg://kesu@/kesu?host=/run/postgresql"),
        ("postgresql://a:p@ss@[::1]:5433/kesu", "postgresql+psycopg://a:********@[::1]:5433/kesu"),
        (
            "postgresql://db/kesu?user=a&password=geheim&sslmode=require",
            "postgresql+psycopg://db/kesu?user=a&password=********&sslmode=require",
        ),
    ],
)
def test_an_address_of_postgresql_is_shown_without_its_password(tmp_path, given, shown):
    lines = {line.name: line.value for line in Settings(data_dir=tmp_path, database_url=given).describe()}
    assert lines["KESU_DATABASE_URL"] == shown


@pytest.mark.parametrize(
    "given",
    ["postgresql://db", "postgresql://db/", "postgresql://db:port/kesu", "postgresql:kesu", "postgresql://a b/c"],
)
def test_an_address_that_cannot_be_one_of_postgresql_is_refused(monkeypatch, given):
    monkeypatch.setenv("KESU_DATABASE_URL", given)
    with pytest.raises(SettingsError, match=r"^KESU_DATABASE_URL must be"):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KESU_TIMEZONE", "Mars/Olympus"),
        ("KESU_TIMEZONE", "../../etc/passwd"),
        ("KESU_SITE", "hq 1"),
        ("KESU_DATABASE_URL", "mysql://root:geheim@x/y"),
        ("KESU_SMTP_URL", "mail.example.com"),
        ("KESU_SMTP_URL", "smtp://me:geheim@mail.example.com:99999"),
        ("KESU_IMAP_URL", "imap://"),
        ("KESU_PUBLIC_URL", "ftp://example.com"),
        ("KESU_MAIL_FROM", "a@b\r\nBcc: c@d"),
        ("KESU_MAX_UPLOAD_MB", "0"),
        ("KESU_MAX_UPLOAD_MB", "much"),
        ("KESU_FOUR_EYES", "perhaps"),
        ("KESU_DISPATCHER", "celery"),
        ("KESU_LANGUAGE", "de"),
        ("KESU_WORKERS", "a-b"),
        ("KESU_SECRET_KEY", "geheim"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "geheim" not in sentence


def test_the_table_shows_every_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESU_SECRET_KEY", "geheim-geheim-geheim")
    monkeypatch.setenv("KESU_SMTP_URL", "smtp://me:geheim@mail.example.com:587")
    monkeypatch.setenv("KESU_MAIL_FROM", "Kesu <kesu@example.com>")
    monkeypatch.setenv("KESU_DATABASE_URL", "postgresql://kesu:ge@heim@db/kesu")
    lines = {line.name: line for line in Settings.load(site="SZ").describe()}
    assert set(lines) == {f"KESU_{name.upper()}" for name in Settings.model_fields}
    assert "heim" not in "".join(line.value for line in lines.values())
    assert lines["KESU_SMTP_URL"].value == f"smtp://me:{MASK}@mail.example.com:587"
    assert lines["KESU_SMTP_URL"].source == "environment"
    assert (lines["KESU_SITE"].value, lines["KESU_SITE"].source) == ("SZ", "given")
    assert lines["KESU_TIMEZONE"].source == "default"
    assert lines["KESU_FOUR_EYES"].value == "false"
    assert all(line.help for line in lines.values())
    assert "geheim" not in repr(Settings.load().secret_key)


def test_settings_never_change_and_know_no_others() -> None:
    with pytest.raises(ValidationError):
        Settings.load().site = "SZ"  # type: ignore[misc]
    with pytest.raises(SettingsError, match="KESU_COLOUR is no setting"):
        Settings.load(colour="red")


def test_a_slip_of_the_pen_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESU_TIMEZON", "UTC")
    assert unknown_variables() == ["KESU_TIMEZON"]


def test_the_secret_is_made_once_even_by_many_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(Settings.load(data_dir=tmp_path / "d").secret()))
        for _ in "12345678"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(found[0]) >= 64
    (kept,) = (tmp_path / "d").iterdir()
    assert os.name == "nt" or stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_secret_may_be_given_or_lie_in_a_file_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "secret"
    own.write_text("0123456789abcdef\n")
    assert Settings.load(secret_key="f" * 16).secret() == "f" * 16
    assert Settings.load(secret_key_file=own).secret() == "0123456789abcdef"
    own.write_text("short")
    for path in (own, tmp_path / "missing"):
        with pytest.raises(SettingsError, match="KESU_SECRET_KEY_FILE"):
            Settings.load(secret_key_file=path).secret()


def test_a_data_folder_that_cannot_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="KESU_DATA_DIR"):
        Settings.load(data_dir=tmp_path / "file").secret()


def test_whoever_sends_mail_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESU_SMTP_URL", "smtp://mail.example.com")
    with pytest.raises(SettingsError, match="KESU_MAIL_FROM must be set together with KESU_SMTP_URL"):
        Settings.load()
