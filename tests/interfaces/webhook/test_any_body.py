"""What holds for every body, whatever its bytes and whatever its media type."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.document import decode
from domain.errors import MalformedBodyError
from interfaces.webhook.bodies.media import UnsupportedMediaTypeError
from tests.interfaces.webhook.reading import Told, read_body

SAMPLES = Path(__file__).parents[2] / "samples"
JSON, XML, FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"

fragments = st.sampled_from(
    [
        b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"NaN", b"1e999999999999", b"9" * 5000,
        b"\\ud800", b"\\u0000", b"<", b">", b"</", b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b"&#0;",
        b"&", b"=", b"%", b"%FF", b"+", b".", b"[0]", b"[]", b"[99999999]", b"\xff\xfe",
        b"\xef\xbb", b"\xbf", b"\x00", b"\xd8", b"Object", b"Notes", b"Id", b"[" * 70,
        b'i:nil="true"',
    ]
)  # fmt: skip
samples = st.sampled_from(
    [
        (SAMPLES / "notification.json").read_bytes(),
        (SAMPLES / "notification.xml").read_bytes(),
        b"Object.Id=1&Object[Status][Primary]=a+b&Object.Notes[0].Id=%31&Type=c",
    ]
)


@st.composite
def broken_samples(draw: st.DrawFn) -> bytes:
    sample = draw(samples)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(sample)))
        end = start + draw(st.integers(0, 5))
        sample = sample[:start] + draw(fragments) + sample[end:]
    return sample


bodies = st.one_of(
    st.binary(), st.text().map(str.encode), st.lists(fragments).map(b"".join), broken_samples()
)
media_types = st.one_of(
    st.builds(
        str.__add__,
        st.sampled_from([JSON, "text/json", XML, "text/xml", FORM]),
        st.sampled_from(["", "; charset=utf-16", "; charset=utf-16be", "; charset=x", ";"]),
    ),
    st.text(),
)


@given(media_types, bodies)
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_read_or_refused(media_type: str, body: bytes) -> None:
    try:
        told = read_body(media_type, body)
    except (MalformedBodyError, UnsupportedMediaTypeError) as refused:
        assert str(refused)  # noqa: PT017 - either outcome is right, any other exception is not
        return

    assert isinstance(told, Told)
    if told.document is not None:
        assert decode(told.document) == told.tree
    elif told.tree:
        assert decode(body) == told.tree
