"""Hosts with networks of their own, and a router between them that can stop passing anything on.

Network namespaces of Linux: for root, or for anyone where user namespaces are allowed. To its peers
a host behind the stopped router is a dead one: no kernel acknowledges what they send, and none says
that it is gone. A proxy that falls silent is no such thing, for its own kernel acknowledges.
"""

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Self

from infrastructure.embedded_account import Account

_HOLDS: Final = ("sh", "-c", "echo && exec cat")
"""Says that it is there, and ends with its standard input, whatever becomes of the tests."""

_NEEDS: Final = "a host of its own needs root (CAP_SYS_ADMIN, CAP_NET_ADMIN) or user namespaces"
_ADDRESSES: Final = "10.77.{line}.{end}"
_LINE: Final = "line"
_ITSELF: Final = "lo"


class Host:
    """A network namespace, there for the length of a block."""

    def __init__(self, beside: "Host | None" = None) -> None:
        self._beside = beside
        self._holder: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        own_users = [] if os.geteuid() == 0 or self._beside else ["--user", "--map-root-user"]
        command = ["unshare", *own_users, "--net", *_HOLDS]
        pipe = subprocess.PIPE
        entering = self._beside.entering() if self._beside else ()
        self._holder = subprocess.Popen([*entering, *command], stdin=pipe, stdout=pipe, stderr=pipe)
        _, said, wrong = self._holder.stdin, self._holder.stdout, self._holder.stderr
        assert said is not None
        assert wrong is not None
        assert said.read(1), f"{_NEEDS}: {wrong.read().decode().strip()}"
        self.run("ip", "link", "set", _ITSELF, "up")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._holder is not None
        self._holder.communicate(timeout=5)

    @property
    def process(self) -> int:
        """The process by which the namespace is named."""
        assert self._holder is not None
        return self._holder.pid

    def entering(self) -> tuple[str, ...]:
        """Return what stands before a command that is to run on this host."""
        users = () if os.geteuid() == 0 else ("--user", "--preserve-credentials")
        return ("nsenter", "--target", str(self.process), "--net", *users)

    def run(self, *command: str) -> None:
        """Run a command on this host."""
        done = subprocess.run([*self.entering(), *command], capture_output=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.decode()}"


class Network:
    """Two hosts, and the router between them."""

    def __init__(self, router: Host, database: Host, far: Host) -> None:
        self.database, self.far = database, far
        self._router = router
        for line, host in enumerate((database, far)):
            self._connect(line, host)
        self.mend()

    def address(self, host: Host) -> str:
        """Return a host's address."""
        return _ADDRESSES.format(line=(self.database, self.far).index(host), end=1)

    def cut(self) -> None:
        """Have everything that either host sends to the other vanish without a word."""
        self._forward("0")

    def mend(self) -> None:
        """Pass everything on again."""
        self._forward("1")

    def _forward(self, value: str) -> None:
        self._router.run("sh", "-c", f"echo {value} >/proc/sys/net/ipv4/ip_forward")

    def _connect(self, line: int, host: Host) -> None:
        name = f"{_LINE}{line}"
        own, routers = (_ADDRESSES.format(line=line, end=end) for end in (1, 2))
        peer = ("peer", "name", _LINE, "netns", str(host.process))
        self._router.run("ip", "link", "add", name, "type", "veth", *peer)
        for end, device, address in ((self._router, name, routers), (host, _LINE, own)):
            end.run("ip", "address", "add", f"{address}/30", "dev", device)
            end.run("ip", "link", "set", device, "up")
        host.run("ip", "route", "add", "default", "via", routers)


@contextmanager
def network() -> Generator[Network]:
    """Lend two hosts that reach each other."""
    missing = [name for name in ("ip", "unshare", "nsenter") if shutil.which(name) is None]
    assert not missing, f"not found: {', '.join(missing)} (packages iproute2 and util-linux)"
    with Host() as router, Host(router) as database, Host(router) as far:
        yield Network(router, database, far)


def as_account(account: Account | None, host: Host) -> tuple[str, ...]:
    """Return what stands before a command that root must not run on a host."""
    if account is not None:
        return (*host.entering(), f"--setuid={account.user}", f"--setgid={account.group}")
    # Whoever came in is root in there, so it takes its own name again.
    own = (f"--map-user={os.getuid()}", f"--map-group={os.getgid()}")
    return (*host.entering(), "unshare", "--user", *own)
