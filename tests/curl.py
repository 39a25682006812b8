"""As much of curl as the README uses: `curl URL [-H HEADER]… [-d DATA]…`."""

import argparse
import sys
from pathlib import Path

import httpx

options = argparse.ArgumentParser()
options.add_argument("url")
options.add_argument("-H", dest="headers", action="append", default=[])
options.add_argument("-d", dest="parts", action="append", default=[])
given = options.parse_args()

parts = [Path(part[1:]).read_text() if part.startswith("@") else part for part in given.parts]
headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"}
headers |= dict(header.split(": ", 1) for header in given.headers)
answer = httpx.post(given.url, content="&".join(parts), headers=headers)
sys.stdout.write(answer.text + "\n")
