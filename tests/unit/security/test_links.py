"""Signed links: each for one purpose, one person, one time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.rejection import Rejected
from server.security.links import login_token, read_login_token, read_status_token, status_path

KEY = "a secret of this installation"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def token_of(path: str) -> str:
    return path.removeprefix("/status/")


@given(st.from_regex(r"[A-Z0-9-]{1,40}", fullmatch=True))
def test_a_status_path_leads_back_to_its_number(number: str) -> None:
    path = status_path(number, KEY)
    assert path.startswith("/status/")
    assert path.count("/") == 2
    assert path.isascii()
    assert read_status_token(token_of(path), KEY) == number


@pytest.mark.parametrize("change", ["other_number", "cut", "other_key", "none", "binary"])
def test_a_changed_status_link_is_refused(change: str) -> None:
    token, key = token_of(status_path("KS-2026-0001", KEY)), KEY
    match change:
        case "other_number":
            token = token.replace("0001", "0002")
        case "cut":
            token = token[:-1]
        case "other_key":
            key = "another secret"
        case "none":
            token = "KS-2026-0001"
        case "binary":
            token = "\x00\udcff." + token
    with pytest.raises(Rejected) as refused:
        read_status_token(token, key)
    assert refused.value.code == "not_found.link"


def test_a_log_in_link_is_dead_once_a_password_is_set() -> None:
    claim = read_login_token(login_token("admin", None, KEY, NOW), KEY, NOW + timedelta(hours=23))
    assert claim.username == "admin"
    assert claim.holds_for(None, KEY)
    assert not claim.holds_for("$argon2id$…", KEY)


def test_a_log_in_link_is_dead_after_a_day_and_for_others() -> None:
    token = login_token("admin", None, KEY, NOW)
    for other, key, now in (
        (token, KEY, NOW + timedelta(hours=24)),
        (token, "another secret", NOW),
        (token + "A", KEY, NOW),
        (token_of(status_path("admin", KEY)), KEY, NOW),
        ("", KEY, NOW),
    ):
        with pytest.raises(Rejected) as refused:
            read_login_token(other, key, now)
        assert refused.value.code == "unauthenticated"


def test_a_log_in_link_does_not_open_a_status_page() -> None:
    with pytest.raises(Rejected):
        read_status_token(login_token("KS-2026-0001", None, KEY, NOW), KEY)
