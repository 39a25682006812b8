"""A client's bearer tokens: they live until they expire, unless they are revoked before."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.client import TokenIssued, TokenRevoked, revoke_token
from domain.credentials import Token
from domain.errors import UnknownTokenError
from tests.domain.clients import ClientPast, Decide, client_after, given
from tests.domain.given import NOON, Past, after

TOKEN, ANOTHER = UUID(int=5), UUID(int=6)
HASH = b"t" * 32


def issued(token_id: UUID = TOKEN) -> ClientPast:
    return Past(TokenIssued(token_id, HASH, "auditor", after(hours=1)))


def revoked(token_id: UUID = TOKEN) -> ClientPast:
    return Past(TokenRevoked(token_id))


def revoke(minutes: int = 0) -> Decide:
    return lambda client: revoke_token(client, TOKEN, after(minutes=minutes))


def test_a_living_token_is_revoked() -> None:
    given(issued(), issued(ANOTHER)).when(revoke(minutes=59)).then(revoked())


@pytest.mark.parametrize(
    ("past", "minutes"),
    [
        pytest.param([], 0, id="never issued"),
        pytest.param([issued(ANOTHER)], 0, id="another one"),
        pytest.param([issued(), revoked()], 0, id="revoked"),
        pytest.param([issued()], 60, id="expired"),
    ],
)
def test_only_a_living_token_is_revoked(past: list[ClientPast], minutes: int) -> None:
    refusal = given(*past).when(revoke(minutes)).refused(UnknownTokenError)

    assert refusal.token_id == str(TOKEN)


def test_a_token_lives_until_it_expires_or_is_revoked() -> None:
    ended, living = client_after([issued(), issued(ANOTHER), revoked()]).tokens

    assert ended == Token(TOKEN, HASH, "auditor", NOON, after(hours=1), revoked=True)
    assert not ended.lives_at(NOON)
    assert living.lives_at(after(hours=1) - timedelta(microseconds=1))
    assert not living.lives_at(after(hours=1))
