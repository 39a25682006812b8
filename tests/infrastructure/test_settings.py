"""What can be set, what cannot, and that no secret is shown."""

from datetime import timedelta
from pathlib import Path

import pytest

from infrastructure.settings import SettingError, read_settings, sources

URL = "postgresql://worktrail:s3cret@db.example:5433/records"
OWN = {"WORKTRAIL_DATABASE_URL": URL, "WORKTRAIL_PEPPER": "pepper"}


def test_nothing_needs_to_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.database_url is None
    assert settings.data_dir == tmp_path / ".worktrail"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.max_body_bytes == 4 * 1024 * 1024
    assert settings.redelivery_window == timedelta(minutes=60)
    assert settings.pepper is None


def test_an_empty_value_counts_as_none_at_all() -> None:
    empty = {name: "" for name, _, _ in sources({})}
    assert read_settings(empty) == read_settings({})
    assert sources(empty) == sources({})


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("PORT", "1", "port", 1),
        ("PORT", " 65535 ", "port", 65_535),
        ("MAX_BODY_BYTES", "16777216", "max_body_bytes", 16 * 1024 * 1024),
        ("MAX_BODY_BYTES", "67108864", "max_body_bytes", 64 * 1024 * 1024),
        ("REDELIVERY_WINDOW", "1200s", "redelivery_window", timedelta(minutes=20)),
        ("REDELIVERY_WINDOW", "20m", "redelivery_window", timedelta(minutes=20)),
        ("REDELIVERY_WINDOW", "2h", "redelivery_window", timedelta(hours=2)),
        ("REDELIVERY_WINDOW", "1d", "redelivery_window", timedelta(days=1)),
        ("DATA_DIR", "/var/lib/worktrail", "data_dir", Path("/var/lib/worktrail")),
        ("DATA_DIR", "~/worktrail", "data_dir", Path.home() / "worktrail"),
        ("HOST", "0.0.0.0", "public_url", "http://127.0.0.1:8000"),
        ("HOST", "::", "public_url", "http://127.0.0.1:8000"),
        ("HOST", "::1", "public_url", "http://[::1]:8000"),
        ("HOST", "trail.example", "public_url", "http://trail.example:8000"),
        ("PUBLIC_URL", "https://trail.example/", "public_url", "https://trail.example"),
        ("PEPPER", "pepper", "pepper", "pepper"),
    ],
)
def test_what_is_set_counts(name: str, value: str, field: str, expected: object) -> None:
    assert getattr(read_settings({f"WORKTRAIL_{name}": value}), field) == expected


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORT", "0", "a whole number from 1 to 65535 is due"),
        ("PORT", "65536", "a whole number from 1 to 65535 is due"),
        ("PORT", "http", "a whole number"),
        ("PORT", "-1", "a whole number"),
        ("PORT", "80.0", "a whole number"),
        ("PORT", "9" * 50, "a whole number"),
        ("PORT", " ", "a whole number"),
        ("MAX_BODY_BYTES", "0", "a whole number from 1 to 67108864 is due"),
        ("MAX_BODY_BYTES", "67108865", "a whole number"),
        ("MAX_BODY_BYTES", "4MB", "a whole number"),
        ("REDELIVERY_WINDOW", "60", "write 90s, 60m, 2h or 1d"),
        ("REDELIVERY_WINDOW", "1w", "write 90s, 60m, 2h or 1d"),
        ("REDELIVERY_WINDOW", "-60m", "write 90s, 60m, 2h or 1d"),
        ("REDELIVERY_WINDOW", "1h30m", "write 90s, 60m, 2h or 1d"),
        ("REDELIVERY_WINDOW", "19m", "is less than 20m, but the sender re-delivers for 15m"),
        ("DATABASE_URL", URL, "is required together with WORKTRAIL_DATABASE_URL"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_name_in_a_sentence(
    name: str, value: str, problem: str
) -> None:
    with pytest.raises(SettingError) as refusal:
        read_settings({f"WORKTRAIL_{name}": value})
    sentence = str(refusal.value)
    assert sentence.startswith("WORKTRAIL_")
    assert sentence.endswith(".")
    assert name in sentence
    assert problem in sentence


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://worktrail:s3cret@db.example/records",
        "worktrail:s3cret@db.example",
        "mysql://worktrail:s3cret@db.example/records",
        "postgresql://worktrail:s3cret@db.example:port:port/records?what=s3cret",
        "host=db.example passwort=s3cret",
    ],
)
def test_a_database_url_that_is_none_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SettingError, match=r"^WORKTRAIL_DATABASE_URL is no address") as refusal:
        read_settings(OWN | {"WORKTRAIL_DATABASE_URL": url})
    assert "s3cret" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_a_database_of_ones_own_is_used_with_a_pepper() -> None:
    settings = read_settings(OWN)
    assert (settings.database_url, settings.pepper) == (URL, "pepper")


def test_every_setting_is_shown_with_where_it_comes_from() -> None:
    shown = {
        name: (value, source) for name, value, source in sources(OWN | {"WORKTRAIL_PORT": "81"})
    }
    assert shown == {
        "WORKTRAIL_DATABASE_URL": (
            "postgresql://worktrail:…@db.example:5433/records",
            "environment",
        ),
        "WORKTRAIL_DATA_DIR": (".worktrail", "default"),
        "WORKTRAIL_HOST": ("127.0.0.1", "default"),
        "WORKTRAIL_PORT": ("81", "environment"),
        "WORKTRAIL_PUBLIC_URL": ("", "default"),
        "WORKTRAIL_MAX_BODY_BYTES": ("4194304", "default"),
        "WORKTRAIL_REDELIVERY_WINDOW": ("60m", "default"),
        "WORKTRAIL_PEPPER": ("set", "environment"),
        "WORKTRAIL_ACCESS_LOG": ("off", "default"),
    }


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "postgresql://:s3cret@db.example",
        "postgresql://worktrail:s3cret@one.example,two.example/records?sslmode=require",
        "postgresql://worktrail:s3cret@s3cret@db.example/records",
        "postgresql://worktrail:s3cret/s3cret@db.example/records",
        "postgresql://worktrail:s3cret:s3cret@db.example/records",
        "postgresql://worktrail@db.example/records?password=s3cret&sslmode=require",
        "postgresql://db.example/records?sslpassword=s3cret",
        "host=db.example password=s3cret user=worktrail",
        "host=db.example password='very s3cret' user=worktrail",
        r"host=db.example password='it\'s s3cret' user=worktrail",
        "host=db.example password='no end of s3cret",
        "host=db.example password = s3cret user=worktrail",
    ],
)
def test_no_password_is_shown(url: str) -> None:
    [shown] = [
        value
        for name, value, _ in sources({"WORKTRAIL_DATABASE_URL": url})
        if "URL" in name and value
    ]
    assert "s3cret" not in shown
    assert "db.example" in shown or "two.example" in shown


def test_the_pepper_is_never_shown() -> None:
    assert ("WORKTRAIL_PEPPER", "not set", "default") in sources({})
    assert "pepper" not in [value for _, value, _ in sources(OWN)]
