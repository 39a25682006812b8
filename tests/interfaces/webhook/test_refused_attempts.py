"""Who guesses keys is limited; who has them never is, even at the same address."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from application.refused_attempts import MOST_ATTEMPTS
from tests.callers import Caller
from tests.interfaces.sockets import Answer, ask, whole
from tests.interfaces.webhook.test_endpoint import body
from tests.running import Service

AT_ONCE = 200
BODY = body().encode()


def attempts(caller: Caller, times: int) -> list[Answer]:
    with ThreadPoolExecutor(AT_ONCE) as senders:
        return list(senders.map(lambda _: ask(caller, whole(caller, BODY)), range(times)))


def test_guesses_beyond_the_limit_are_answered_429_and_good_keys_never(
    shared_schema_url: str, folder: Path
) -> None:
    with Service(shared_schema_url, folder).running() as service:
        caller = Caller(service)
        good, caller.query = caller.query, {"accessKey": "wrong", "signingKey": "wrong"}
        refused = attempts(caller, MOST_ATTEMPTS + 2 * AT_ONCE)
        counts = Counter(answer.status for answer in refused)
        assert set(counts) == {401, 429}
        assert counts[401] >= MOST_ATTEMPTS
        assert {it.headers.get("retry-after") for it in refused if it.status == 429} == {"60"}
        caller.query = good
        assert {answer.status for answer in attempts(caller, AT_ONCE)} == {200}
        issued = caller.adapters.clients.add_keys(
            str(caller.keys.client_id), "tests", "Provider", None
        )
        caller.query = {"accessKey": issued.access_key, "signingKey": issued.signing_key or ""}
        assert caller.post(BODY).headers["worktrail-verdict"] == "recorded"
        caller.close()


def test_wrong_tokens_are_limited_like_wrong_keys(shared_schema_url: str, folder: Path) -> None:
    with Service(shared_schema_url, folder).running() as service:
        caller = Caller(service)
        line = f"GET /v1/Clients/{caller.keys.client_id}/Activities HTTP/1.1\r\n".encode()
        wrong = line + b"Host: x\r\nAuthorization: Bearer wrong\r\n\r\n"
        with ThreadPoolExecutor(AT_ONCE) as guessers:
            refused = list(guessers.map(lambda _: ask(caller, wrong), range(MOST_ATTEMPTS + 400)))
        assert {answer.status for answer in refused} == {401, 429}
        token = caller.adapters.tokens.issue("auditor", None, timedelta(days=1), "tests").token
        assert ask(caller, wrong.replace(b"wrong", token.encode())).status == 200
        caller.close()
