"""Secrets are random, kept from others, and stored only as what they cannot be told from."""

import hashlib
import hmac
import multiprocessing
import os
import re
import secrets
import stat
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from infrastructure.kept_secrets import PepperLostError, keep_secret, kept_pepper, kept_secret
from infrastructure.secrets import PepperedHash, new_secret


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_key_is_192_random_bits_that_need_no_escape_in_a_url() -> None:
    keys = {new_secret() for _ in range(1_000)}
    assert len(keys) == 1_000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", key) for key in keys)


def test_a_hash_is_keyed_by_the_pepper() -> None:
    expected = hmac.new(b"p\xc3\xa9pper", b"k\xc3\xa9y", hashlib.sha256).digest()
    assert PepperedHash("pépper")("kéy") == expected
    assert PepperedHash("pépper")("Kéy") != expected
    assert PepperedHash("Pépper")("kéy") != expected


def test_a_kept_secret_comes_back_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    assert kept_secret(file) is None
    with umask(0):
        keep_secret(file, "first")
        keep_secret(file, "second")
    assert kept_secret(file) == "second"
    assert mode(file) == 0o600
    assert names(tmp_path) == ["kept"]


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("first")
    file.chmod(0o644)
    keep_secret(file, "second")
    assert (kept_secret(file), mode(file)) == ("second", 0o600)


def test_a_pepper_is_made_once(tmp_path: Path) -> None:
    with umask(0):
        pepper = kept_pepper(tmp_path)
    assert len(pepper) >= 43
    assert kept_pepper(tmp_path) == pepper
    assert mode(tmp_path / "pepper") == 0o600
    assert names(tmp_path) == ["pepper"]


def test_each_folder_has_a_pepper_of_its_own(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    assert kept_pepper(folders[0]) != kept_pepper(folders[1])


def test_processes_that_start_at_once_use_one_pepper(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, mp_context=context) as pool:
        list(pool.map(abs, range(3)))
        peppers = set(pool.map(kept_pepper, [tmp_path] * 12))
    assert peppers == {kept_pepper(tmp_path)}
    assert names(tmp_path) == ["pepper"]


def test_who_makes_a_pepper_second_uses_the_one_that_was_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: list[str] = []

    def interrupted(size: int) -> str:
        monkeypatch.undo()
        first.append(kept_pepper(tmp_path))
        return secrets.token_urlsafe(size)

    monkeypatch.setattr(secrets, "token_urlsafe", interrupted)
    assert [kept_pepper(tmp_path)] == first == [kept_secret(tmp_path / "pepper")]
    assert names(tmp_path) == ["pepper"]


@pytest.mark.parametrize("left", ["", "\n", "  \n"])
def test_a_pepper_that_was_lost_is_told_and_not_made_anew(tmp_path: Path, left: str) -> None:
    file = tmp_path / "pepper"
    file.write_text(left)
    with pytest.raises(PepperLostError, match=f"There is no pepper in {re.escape(str(file))}"):
        kept_pepper(tmp_path)
    assert file.read_text() == left
