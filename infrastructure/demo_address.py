"""The demo client's webhook address: the one secret that is shown more than once."""

from pathlib import Path

from infrastructure.kept_secrets import keep_secret, kept_secret


def kept_demo_url(folder: Path) -> str | None:
    """Return the address kept in the folder, `None` where there is none."""
    return kept_secret(_file(folder))


def keep_demo_url(folder: Path, url: str) -> None:
    """Keep the address in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    keep_secret(_file(folder), url)


def _file(folder: Path) -> Path:
    return folder / "demo-webhook-url"
