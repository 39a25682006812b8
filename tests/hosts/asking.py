"""Asking a service on the host on which it runs, where nobody else reaches it."""

import subprocess
import sys
from typing import Final

from tests.hosts.network import Host

_ASK: Final = """
import sys, urllib.error, urllib.request
content = [text.encode() for text in sys.argv[2:]]
headers = {"Content-Type": "application/json"}
try:
    request = urllib.request.Request(sys.argv[1], *content, headers=headers)
    print(urllib.request.urlopen(request, timeout=60).status)
except urllib.error.HTTPError as error:
    print(error.code)
except OSError:
    print(0)
"""


def status(host: Host, url: str, *body: str) -> int:
    """Return the status of the answer, 0 where there was none; what has a body is posted."""
    command = [*host.entering(), sys.executable, "-c", _ASK, url, *body]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)
