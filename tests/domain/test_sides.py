"""From whose side a client's work orders are seen: the sender preferred, the providers it is."""

from domain.client import OWN_SENDER
from domain.errors import UnknownSenderError
from tests.domain.clients import (
    chosen,
    client_after,
    given,
    known_as,
    name_providers,
    named,
    prefer,
    preferred,
    registered,
)

KNOWN = [registered(), chosen("on-request"), named(OWN_SENDER), named("north")]


def test_a_sender_is_preferred_and_another_in_its_place() -> None:
    given(*KNOWN).when(prefer("north")).then(preferred("north"))
    given(*KNOWN, preferred("north")).when(prefer(OWN_SENDER)).then(preferred(OWN_SENDER))
    assert client_after([*KNOWN, preferred("north")]).preferred_sender == "north"


def test_nobody_is_preferred_until_somebody_is_and_again_when_that_is_wished() -> None:
    assert client_after(KNOWN).preferred_sender is None
    given(*KNOWN).when(prefer(None)).then()
    given(*KNOWN, preferred("north")).when(prefer(None)).then(preferred(None))
    assert client_after([*KNOWN, preferred("north"), preferred(None)]).preferred_sender is None


def test_to_prefer_whom_one_prefers_changes_nothing() -> None:
    given(*KNOWN, preferred("north")).when(prefer("north")).then()


def test_only_a_sender_that_is_named_can_be_preferred() -> None:
    assert given(*KNOWN).when(prefer("South")).refused(UnknownSenderError).sender == "South"


def test_the_providers_that_a_client_is_replace_those_that_it_was() -> None:
    given(*KNOWN).when(name_providers(7, 5, 7)).then(known_as(5, 7))
    given(*KNOWN, known_as(5)).when(name_providers(7)).then(known_as(7))
    assert client_after([*KNOWN, known_as(5), known_as(7)]).provider_ids == {7}


def test_to_name_the_same_providers_changes_nothing() -> None:
    given(*KNOWN).when(name_providers()).then()
    given(*KNOWN, known_as(5, 7)).when(name_providers(7, 5)).then()
    given(*KNOWN, known_as(5)).when(name_providers()).then(known_as())
