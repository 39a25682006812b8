"""How the page looks, and the policy that lets it look so."""

from base64 import b64encode
from hashlib import sha256
from typing import Final

STYLE: Final = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.5;
  font-family: system-ui, sans-serif; color-scheme: light dark; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: .25rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
section { border-top: 1px solid; margin-top: 2rem; }
"""
"""The page's only style sheet, in CSS."""

_STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()

SECURITY_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The Content-Security-Policy that the page works under."""
