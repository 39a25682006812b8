"""The page's smallest pieces, with everything in them escaped."""

import json
from html import escape


def paragraph(text: str) -> str:
    """Return a paragraph of plain text."""
    return f"<p>{escape(text)}</p>\n"


def code(text: str) -> str:
    """Return a few words of code."""
    return f"<code>{escape(text)}</code>"


def block(value: object) -> str:
    """Return a block of code: text as it is, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    return f"<pre>{escape(text)}</pre>\n"
