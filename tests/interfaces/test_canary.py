"""Keys and tokens are planted, and looked for in everything a run with failures leaves behind."""

from base64 import b64encode
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus

import psycopg
import pytest

from infrastructure.database import Database
from tests.callers import Caller
from tests.interfaces.sockets import connection
from tests.interfaces.webhook.test_endpoint import body
from tests.running import Service
from tests.waiting import until
from tests.wire import Wire

MADE_BY_THE_SENDER = "canary+of/the sender=&%é"


@pytest.fixture
def wire(schema_url: str) -> Generator[Wire]:
    """A line to the service's database that the test can cut."""
    with Wire(schema_url).forwarding() as wire:
        yield wire


def forms(secret: str) -> set[bytes]:
    """Plain, URL-encoded and as a part of base64, wherever in it the secret begins."""
    plain = secret.encode()
    inside = (b64encode(bytes(before) + plain)[4 : -4 if before else None] for before in range(3))
    encoded = {quote(secret), quote(secret, safe=""), quote_plus(secret), secret.replace("+", " ")}
    return {plain, *inside, *(form.encode() for form in encoded)}


def rows(url: str) -> Iterator[bytes]:
    """Every value of every table."""
    with psycopg.connect(url) as database:
        tables = database.execute(
            "SELECT quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_schema = current_schema()"
        ).fetchall()
        assert len(tables) > 3
        for (table,) in tables:
            for row in database.execute(f"SELECT * FROM {table}".encode()):
                for value in row:
                    yield value if isinstance(value, bytes) else str(value).encode()


def provoke(caller: Caller, token: str) -> Iterator[bytes]:
    """Call the service in every way that is refused or fails, and return all it says."""
    keys, path = caller.query, caller.path
    wrong = [{**keys, name: f"{keys[name]}x"} for name in keys]
    missing = [{name: keys[name]} for name in keys]
    typed = {"Content-Type": "application/json"}
    bearer = {"Authorization": f"Bearer {token}"}
    activities = f"/v1/Clients/{caller.keys.client_id}/Activities"
    answers = [
        caller.post(body()),
        caller.post(body()),
        caller.post("{bad"),
        caller.post("<bad", "text/xml"),
        caller.post("a[=", "application/x-www-form-urlencoded"),
        caller.post('{"Object":{}}'),
        caller.post(""),
        caller.post(body(), "text/plain"),
        caller.post(body(), headers={"Content-Encoding": "gzip"}),
        caller.post(b" " * 4_194_305),
        *(caller.call("POST", params=query, content=body(), headers=typed)
          for query in [*wrong, *missing, [*keys.items(), *keys.items()]]),
        *(caller.call(method) for method in ("GET", "PUT", "DELETE", "OPTIONS")),
        *(caller.call("POST", place, content=body(), headers=typed)
          for place in ("/v1/Clients/7/ServiceChannelWorkOrders", "/nothing", f"{path}/more", "/",
                        "/health/ready", f"{path}%3FaccessKey={keys['accessKey']}", activities)),
        *(caller.call("GET", place, headers=bearer) for place in (activities, path, "/nothing")),
        caller.call("GET", activities, headers={"Authorization": f"Bearer {token}x"}),
        caller.call("POST", activities, headers=bearer, json={"WorkOrderId": 7}),
        caller.call("POST", activities, headers=bearer, json={"WorkOrderId": 9}),
        caller.call("POST", activities, headers=bearer, json="x", params=keys),
        caller.call("POST", activities, headers=bearer, content=b"[" * 100_000, params=keys),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code < 500
        yield answer.content + str(answer.headers.raw).encode()
    query = "&".join(f"{name}={quote(key)}" for name, key in keys.items())
    for line in (f"POST {path}?{query} HTTP/9.9", f"BREW {path}?{query} HTTP/1.1", f"?{query}"):
        with connection(caller) as raw:
            raw.sendall(f"{line}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
            yield raw.recv(65_536)


def fail(caller: Caller, wire: Wire, database: Database) -> Iterator[bytes]:
    """Deliver while the database is away, and while a table of ours is not there."""
    wire.cut()
    answer = caller.post(body(20))
    assert answer.status_code == 503
    yield answer.content + str(answer.headers.raw).encode()
    wire.mend()
    caller.service.wait_until_ready()
    with database.connection() as connected:
        connected.execute("ALTER TABLE event_log RENAME TO mislaid")
    answer = caller.post("{worse")
    assert answer.status_code == 500
    yield answer.content + str(answer.headers.raw).encode()
    with database.connection() as connected:
        connected.execute("ALTER TABLE mislaid RENAME TO event_log")
    until(lambda: caller.post(body(21)).status_code == 200)


def test_no_key_and_no_token_is_found_in_anything_that_a_run_with_failures_leaves_behind(
    wire: Wire, database: Database, schema_url: str, folder: Path
) -> None:
    service = Service(schema_url, folder)
    beside = service.environment
    service.environment = {
        **beside,
        "WORKTRAIL_DATABASE_URL": wire.url,
        "WORKTRAIL_ACCESS_LOG": "on",
    }
    with service.running():
        service.environment = beside
        caller = Caller(service)
        with closing(caller):
            client_id = caller.keys.client_id
            own = caller.adapters.clients.add_keys(
                str(client_id), "tests", "canary", MADE_BY_THE_SENDER
            )
            token = caller.adapters.tokens.issue("operator", None, timedelta(days=1), "tests").token
            canaries = [*caller.query.values(), own.access_key, MADE_BY_THE_SENDER, token]
            said = [*provoke(caller, token)]
            caller.query = {"accessKey": own.access_key, "signingKey": MADE_BY_THE_SENDER}
            said += provoke(caller, token)
            said += fail(caller, wire, database)
    log = service.log.read_bytes()
    assert b"Traceback" in log
    assert b"POST /v1/Clients/{clientId}/ServiceChannelWorkOrders 200 " in log
    assert b"GET /v1/Clients/{clientId}/ServiceChannelWorkOrders 405 " in log
    left = b"\n".join([log, *said, *rows(schema_url)])
    assert str(client_id).encode() in left
    assert b"WorkOrderCreated" in left
    for canary in canaries:
        assert not [form for form in forms(canary) if form in left]
