"""What is configured, and from where."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import psycopg
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict

from domain.errors import WorktrailError

SHORTEST_REDELIVERY_WINDOW: Final = timedelta(minutes=20)
MOST_BODY_BYTES: Final = 64 * 1024 * 1024
"""A body several times as large takes longer to be written than a statement may."""

_DEFAULTS: Final = {
    "WORKTRAIL_DATABASE_URL": "",
    "WORKTRAIL_DATA_DIR": ".worktrail",
    "WORKTRAIL_HOST": "127.0.0.1",
    "WORKTRAIL_PORT": "8000",
    "WORKTRAIL_PUBLIC_URL": "",
    "WORKTRAIL_MAX_BODY_BYTES": "4194304",
    "WORKTRAIL_REDELIVERY_WINDOW": "60m",
    "WORKTRAIL_PEPPER": "",
    "WORKTRAIL_ACCESS_LOG": "off",
}
# Whatever is wrong with the rest, nothing of a password is left.
_USER_AND_PASSWORD: Final = re.compile(r"(://[^:/@]*):.*@")
_PASSWORD: Final = re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^&\s]*)")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class SettingError(WorktrailError):
    """A setting cannot be used."""


class Settings(Struct, frozen=True):
    """Worktrail's settings; `database_url` is `None` for the embedded PostgreSQL.

    `is_named` says whether somebody gave the public address, which otherwise is host and port.
    """

    database_url: str | None
    data_dir: Path
    host: str
    port: int
    public_url: str
    is_named: bool
    max_body_bytes: int
    redelivery_window: timedelta
    pepper: str | None
    log_access: bool


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises `SettingError` with a sentence that names the setting."""
    values = {name: environment.get(name) or default for name, default in _DEFAULTS.items()}
    host, port = values["WORKTRAIL_HOST"], _whole(values, "WORKTRAIL_PORT", 1, 65_535)
    window = _duration(values, "WORKTRAIL_REDELIVERY_WINDOW")
    if window < SHORTEST_REDELIVERY_WINDOW:
        raise SettingError(
            "WORKTRAIL_REDELIVERY_WINDOW is less than 20m, but the sender re-delivers for 15m."
        )
    database_url, pepper = _database_url(values), values["WORKTRAIL_PEPPER"]
    if database_url and not pepper:
        raise SettingError("WORKTRAIL_PEPPER is required together with WORKTRAIL_DATABASE_URL.")
    return Settings(
        database_url=database_url,
        data_dir=Path(values["WORKTRAIL_DATA_DIR"]).expanduser().absolute(),
        host=host,
        port=port,
        public_url=values["WORKTRAIL_PUBLIC_URL"].rstrip("/") or f"http://{_named(host)}:{port}",
        is_named=bool(values["WORKTRAIL_PUBLIC_URL"]),
        max_body_bytes=_whole(values, "WORKTRAIL_MAX_BODY_BYTES", 1, MOST_BODY_BYTES),
        redelivery_window=window,
        pepper=pepper or None,
        log_access=_switch(values, "WORKTRAIL_ACCESS_LOG"),
    )


def make_data_dir(settings: Settings) -> None:
    """Make the data folder. Raises `SettingError` where it cannot be."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"WORKTRAIL_DATA_DIR is {settings.data_dir}, which cannot be made: {error.strerror}."
        ) from error


def sources(environment: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return each setting's name, its value with secrets blanked, and where it comes from."""
    return [
        (
            name,
            _shown(name, environment.get(name) or default),
            "environment" if environment.get(name) else "default",
        )
        for name, default in _DEFAULTS.items()
    ]


def _shown(name: str, value: str) -> str:
    if name == "WORKTRAIL_PEPPER":
        return "set" if value else "not set"
    if name == "WORKTRAIL_DATABASE_URL":
        return _PASSWORD.sub(r"\1…", _USER_AND_PASSWORD.sub(r"\1:…@", value))
    return value


def _database_url(values: Mapping[str, str]) -> str | None:
    url = values["WORKTRAIL_DATABASE_URL"]
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # The driver's own message quotes the value, password and all.
        raise SettingError(
            "WORKTRAIL_DATABASE_URL is no address of a PostgreSQL database:"
            " write postgresql://user:password@host:5432/database."
        ) from None
    return url or None


def _named(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _whole(values: Mapping[str, str], name: str, lowest: int, highest: int) -> int:
    text = values[name].strip()
    if not re.fullmatch(r"\d{1,12}", text) or not lowest <= int(text) <= highest:
        raise SettingError(f"{name} is {text!r}: a whole number from {lowest} to {highest} is due.")
    return int(text)


def _switch(values: Mapping[str, str], name: str) -> bool:
    chosen = values[name].strip().lower()
    if chosen not in {"on", "off"}:
        raise SettingError(f"{name} is {values[name]!r}: write on or off.")
    return chosen == "on"


def _duration(values: Mapping[str, str], name: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([smhd])", values[name].strip())
    if match is None:
        raise SettingError(f"{name} is {values[name]!r}: write 90s, 60m, 2h or 1d.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
