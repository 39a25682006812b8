"""The two files that hold a secret: the pepper, and the demo client's address."""

import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from domain.errors import WorktrailError
from infrastructure.secrets import PepperedHash
from infrastructure.settings import Settings

_PEPPER_BYTES: Final = 32


class PepperLostError(WorktrailError):
    """The file of the pepper is there, but empty: a new one would void every key."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"There is no pepper in {file}: restore it from a backup.")
        self.file = file


def keyed_hash(settings: Settings) -> PepperedHash:
    """Return the hash of keys and tokens, under the pepper that is set or else kept.

    Raises `PepperLostError`.
    """
    return PepperedHash(settings.pepper or kept_pepper(settings.data_dir))


def kept_pepper(folder: Path) -> str:
    """Return the pepper kept in the folder, made at the first call.

    Raises `PepperLostError`.
    """
    file = folder / "pepper"
    if not file.exists():
        _keep_first(file, secrets.token_urlsafe(_PEPPER_BYTES))
    pepper = kept_secret(file)
    if pepper is None:
        raise PepperLostError(file)
    return pepper


def kept_secret(file: Path) -> str | None:
    """Return the secret kept in the file, `None` where there is none."""
    try:
        return file.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def keep_secret(file: Path, secret: str) -> None:
    """Keep a secret in a file that only its owner reads; it is there in whole or not at all."""
    _draft(file, secret).replace(file)


def _keep_first(file: Path, secret: str) -> None:
    draft = _draft(file, secret)
    try:
        # Of two processes that start at once one is first, and both use that one's pepper.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(file: Path, secret: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as draft:
        draft.write(secret + "\n")
        draft.flush()
        os.fsync(handle)
    return Path(name)
