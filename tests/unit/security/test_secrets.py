"""Passwords and tokens: what is stored opens no door, and names cannot be probed."""

import time
from statistics import median

import pytest

from server.domain.rejection import Rejected
from server.security.passwords import LONGEST, hash_password, needs_rehash, verify_password
from server.security.tokens import new_token, token_digest


def test_a_password_is_verified_and_never_stored() -> None:
    stored = hash_password("正确 horse battery")
    assert stored.startswith("$argon2id$")
    assert "horse" not in stored
    assert verify_password(stored, "正确 horse battery")
    assert not verify_password(stored, "正确 horse batterY")
    assert hash_password("正确 horse battery") != stored


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * (LONGEST + 1)])
def test_a_bad_length_is_refused(password: str) -> None:
    with pytest.raises(Rejected) as refused:
        hash_password(password)
    assert refused.value.code == "password.length"
    assert "10" in refused.value.text("en")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$m=65536,t=3,p=4$broken"])
@pytest.mark.parametrize("password", ["", "\0", "x" * 100_000])
def test_no_password_fits_a_missing_or_broken_hash(stored: str | None, password: str) -> None:
    assert not verify_password(stored, password)


def test_a_long_password_is_refused_not_hashed() -> None:
    assert not verify_password(hash_password("x" * LONGEST), "x" * (LONGEST + 1))


def test_an_unknown_name_takes_as_long_as_a_known_one() -> None:
    stored = hash_password("a long password")

    def seconds(known: str | None) -> float:
        began = time.perf_counter()
        verify_password(known, "a wrong password")
        return time.perf_counter() - began

    known, unknown = zip(*((seconds(stored), seconds(None)) for _ in range(5)), strict=True)
    assert median(unknown) > median(known) / 3


def test_a_hash_of_weaker_parameters_asks_to_be_made_again() -> None:
    assert not needs_rehash(hash_password("a long password"))
    assert needs_rehash("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21l$" + "A" * 43)


def test_a_token_is_random_recognisable_and_found_by_its_digest() -> None:
    tokens = {new_token()[0] for _ in range(100)}
    assert len(tokens) == 100
    plain, digest = new_token()
    assert plain.startswith("kesu_")
    assert len(plain) >= 48
    assert token_digest(plain) == digest
    assert len(digest) == 64
    assert plain not in digest
    assert token_digest(plain + "x") != digest
    assert len(token_digest("\udcff 错误")) == 64
