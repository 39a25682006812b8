"""The embedded PostgreSQL's files, and the programs that make, start and stop it."""

import fcntl
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from urllib.parse import quote

from domain.errors import WorktrailError
from infrastructure.embedded_account import (
    Account,
    admit,
    claim_socket_directory,
    hand_over,
    server_account,
    server_programs,
    socket_directory,
    stale_socket_lock,
)
from infrastructure.embedded_sizes import sizes

Report = Callable[[str], None]
"""Takes one plain sentence for whoever waits."""

_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
"""All that the programs get: no settings of ours, no PG… variable, no home."""

_LONGEST_LOG = 10 * 1024 * 1024
_LEFTOVER_SECONDS = 30.0

_INITDB = (
    "--username=worktrail", "--auth-local=trust", "--auth-host=reject", "--data-checksums",
    "--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    "--no-instructions",
    "--set=timezone=UTC", "--set=log_timezone=UTC", "--set=log_checkpoints=off",
    # An error's detail and its statement can quote a row, and what is erased must not live on.
    "--set=log_error_verbosity=terse", "--set=log_min_error_statement=panic",
)  # fmt: skip


class EmbeddedServerError(WorktrailError):
    """The embedded PostgreSQL cannot be started or stopped."""

    def __init__(self, problem: str, log_lines: tuple[str, ...] = ()) -> None:
        """`problem` is a clause without its full stop; `log_lines` are the server's last words."""
        quotation = f"; its log ends: {' / '.join(log_lines)}" if log_lines else "."
        super().__init__(problem + quotation)
        self.problem = problem
        self.log_lines = log_lines


class Wait:
    """Pauses of 10 to 500 ms, with a sentence on what is waited for after 1 s and every 5 s."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._begun = time.monotonic()
        self._next_sentence = 1.0
        self._pause = 0.01

    @property
    def seconds(self) -> float:
        """How long this has taken."""
        return time.monotonic() - self._begun

    def pause(self, clause: str) -> None:
        """Sleep a little; `clause` says what for."""
        if self.seconds >= self._next_sentence:
            self._report(f"{clause} ({self.seconds:.0f} s).")
            self._next_sentence += 5.0
        time.sleep(self._pause)
        self._pause = min(self._pause * 1.5, 0.5)


def open_private(path: Path) -> FileIO:
    """Open a file that only its owner may use, made if missing; a symbolic link is refused.

    What root makes in another's folder is given to that folder's owner.
    """

    def opener(name: str, flags: int) -> int:
        return os.open(name, flags | os.O_NOFOLLOW, 0o600)

    file = FileIO(path, "a+", opener=opener)
    owner = path.parent.stat()
    if os.geteuid() == 0 and os.fstat(file.fileno()).st_uid != owner.st_uid:
        os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
    return file


def try_lock(file: FileIO, kind: int) -> bool:
    """Lock the file with flock(2), or return False where others' locks stand against it."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Cluster:
    """One PostgreSQL server in a folder; callers take turns to start and stop it.

    Every process of the server, and nothing else for longer than a look, holds the lock on
    `server.lock`: they inherit the open file. So the kernel knows whether anything of a server
    still runs, where `postmaster.pid` may name a process that is long dead, or another one.
    """

    def __init__(self, folder: Path, report: Report) -> None:
        self._folder = folder
        self._files = folder / "cluster"
        self._lock = folder / "server.lock"
        self._log = folder / "server.log"
        self._sockets = socket_directory(folder)
        self._report = report

    @property
    def url(self) -> str:
        """The server's address for libpq; there is no secret in it."""
        host = quote(os.fsencode(self._sockets), safe="")
        return f"postgresql://worktrail@/worktrail?host={host}&port=5432"

    def has_processes(self) -> bool:
        """Whether the server or anything it left behind runs."""
        if not self._lock.exists():
            return False
        with open_private(self._lock) as lock:
            return not try_lock(lock, fcntl.LOCK_SH)

    def is_running(self) -> bool:
        """Whether the server runs, ready or not."""
        if not self.has_processes():
            return False
        try:
            os.kill(int((self._files / "postmaster.pid").read_text().partition("\n")[0]), 0)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return False
        except PermissionError:
            return True
        return True

    def start(self) -> bool:
        """Start the server unless it runs, and return whether that was needed.

        Processes that a killed server left behind end by themselves and are waited for. Raises
        `EmbeddedServerError` when they take over 30 s, `EmbeddedUnavailableError`, `OSError`.
        """
        claim_socket_directory(self._sockets, server_account(self._files))
        wait = Wait(self._report)
        while not self.is_running():
            with open_private(self._lock) as lock:
                if try_lock(lock, fcntl.LOCK_EX):
                    self._launch(lock)
                    return True
            if wait.seconds > _LEFTOVER_SECONDS:
                raise EmbeddedServerError("Processes of an earlier PostgreSQL still run")
            wait.pause("Processes of an earlier PostgreSQL are ending")
        return False

    def stop(self) -> None:
        """Stop the server in order, whatever its clients do, and wait for its end."""
        if not self.is_running():
            return
        stopping = self._spawn(
            "pg_ctl", "stop", "--silent", "--mode=fast", "--no-wait", f"-D{self._files}"
        )
        if stopping.wait() != 0 and self.is_running():
            raise self.failure("PostgreSQL cannot be stopped")
        wait = Wait(self._report)
        while self.is_running():
            wait.pause("PostgreSQL is stopping")

    def failure(self, problem: str) -> EmbeddedServerError:
        """Return the error for this problem, with the last lines of the server's log."""
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return EmbeddedServerError(problem, tuple(lines[-4:]))

    def _launch(self, lock: FileIO) -> None:
        account = server_account(self._files)
        if account is not None:
            admit(account, self._folder, server_programs())
        if self._log.exists() and self._log.stat().st_size > _LONGEST_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        if not self._files.exists():
            self._initialise(lock, account)
        if account is not None:
            hand_over(self._files, account)
        self._forget_earlier_server()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self._sockets}"',
            "unix_socket_permissions": "0700",
            "port": "5432",
            # Commits need not wait while a new file of the log is filled with zeros (40 ms).
            "wal_init_zero": "off",
            # A server that recovers in place stays for ever between the two where it cannot finish,
            # as on a full disk (seen with 18.4); whoever holds it starts it anew instead.
            "restart_after_crash": "off",
            **sizes(self._files),
        }
        options = (f"--{name}={value}" for name, value in settings.items())
        server = self._spawn("postgres", f"-D{self._files}", *options, lock=lock)
        # Nobody else would take note of its end, and a dead child stays in the process table.
        threading.Thread(target=server.wait, daemon=True).start()

    def _forget_earlier_server(self) -> None:
        """Remove the process id of a server that was killed.

        None of its processes is left, so whatever has its number now is another. A server that
        somebody started by hand has other sockets; PostgreSQL itself refuses a second one then.
        """
        identity = self._files / "postmaster.pid"
        if identity.exists() and str(self._sockets) in identity.read_text().splitlines():
            identity.unlink()
            stale_socket_lock(self._sockets).unlink(missing_ok=True)

    def _initialise(self, lock: FileIO, account: Account | None) -> None:
        """Make the data files with the database in them; they get their name when complete."""
        self._report("PostgreSQL is making its files.")
        unfinished = self._files.with_suffix(".unfinished")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        if account is not None:
            os.chown(unfinished, account.user, account.group)
        data = f"-D{unfinished}"
        self._complete("initdb", data, *_INITDB, lock=lock)
        single = ("--single", "-cexit_on_error=true", data, "template1")
        self._complete("postgres", *single, lock=lock, statement=b"CREATE DATABASE worktrail\n")
        unfinished.rename(self._files)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _complete(
        self, program: str, *arguments: str, lock: FileIO, statement: bytes = b""
    ) -> None:
        with self._spawn(program, *arguments, lock=lock, stdin=subprocess.PIPE) as process:
            process.communicate(statement)
        if process.returncode != 0:
            raise self.failure("PostgreSQL cannot make its files")

    def _spawn(
        self,
        program: str,
        *arguments: str,
        lock: FileIO | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Start a program as the server's account, in a session that Ctrl-C does not reach."""
        account = server_account(self._files)
        with open_private(self._log) as log:
            return subprocess.Popen(  # noqa: S603 - the wheel's own programs
                [server_programs() / program, *arguments],
                stdin=stdin,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_ENVIRONMENT,
                pass_fds=() if lock is None else (lock.fileno(),),
                start_new_session=True,
                user=None if account is None else account.user,
                group=None if account is None else account.group,
                extra_groups=None if account is None else (),
            )
