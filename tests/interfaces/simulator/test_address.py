import pytest

from interfaces.simulator.address import address
from interfaces.simulator.errors import SimulationError

PLACE = "https://user:hunter2@worktrail.example:8443/v1/Clients/x/ServiceChannelWorkOrders"


def test_what_may_be_shown_holds_no_secret() -> None:
    read = address(f"{PLACE}?accessKey=one&signingKey=two")

    assert read.shown == "https://worktrail.example:8443/v1/Clients/x/ServiceChannelWorkOrders"
    assert repr(read) == f"Address({read.shown!r})"


def test_keys_are_named_in_any_letter_case() -> None:
    assert address(f"{PLACE}?ACCESSKEY=one&signingkey=two").url.endswith("signingkey=two")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (PLACE, "lacks accessKey and signingKey in"),
        (f"{PLACE}?accessKey=secret", "lacks signingKey in"),
        (f"{PLACE}?accessKey=&signingKey=secret", "lacks accessKey in"),
        ("localhost/x?accessKey=secret&signingKey=secret", "must begin with http"),
        ("ftp://localhost/x?accessKey=secret&signingKey=secret", "must begin with http"),
        ("http:///x?accessKey=secret&signingKey=secret", "must begin with http"),
        ("http://[::1/x?accessKey=secret&signingKey=secret", "cannot be read"),
        ("http://localhost:port/x?accessKey=secret&signingKey=secret", "cannot be read"),
    ],
)
def test_a_wrong_url_is_refused_without_its_keys(url: str, sentence: str) -> None:
    with pytest.raises(SimulationError, match=sentence) as refused:
        address(url)

    assert "secret" not in str(refused.value)
    assert "hunter2" not in str(refused.value)
