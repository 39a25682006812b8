"""The composition root: settings -> adapters -> use cases -> HTTP application and command line."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from functools import partial
from socket import socket
from threading import Event
from time import monotonic, sleep
from typing import Final

from litestar import Litestar

from application.activities import Activities
from application.aggregates import Aggregates
from application.clients import Clients
from application.delivery_health import DeliveryHealth
from application.distant_writer import DistantWriter, write_messages
from application.following import Following
from application.front_door import FrontDoor
from application.gaps import GapFinder
from application.histories import Histories
from application.journal import Journal
from application.journal_writer import JournalWriter
from application.key_uses import KeyUses
from application.link_checks import LinkChecks
from application.link_import import LinkImport
from application.paced import PacedWriter
from application.ports import StorageUnavailableError
from application.projections import PROJECTIONS
from application.quarantine import Quarantine
from application.questions import Questions
from application.read_models import ReadModels
from application.rebuild import fill
from application.recurring import beside, every
from application.refused_attempts import RefusedAttempts
from application.registry import Registry
from application.releases import Releases
from application.report_import import ReportImport
from application.restores import Restores
from application.set_up import SetUps
from application.signs_of_life import SignsOfLife
from application.surroundings import Lookout
from application.tokens import Tokens
from application.traffic import Traffic
from application.unlinked import UnlinkedList
from infrastructure import secrets
from infrastructure.beside import kept_running
from infrastructure.chosen_database import connected
from infrastructure.client_events import PostgresClientEvents
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.delivery_record import PostgresDeliveryRecord
from infrastructure.diagnosis import first_problem
from infrastructure.epoch_store import PostgresEpochs
from infrastructure.event_ids import new_event_id
from infrastructure.event_log import EventLog
from infrastructure.heads_rebuild import PostgresHeadsRebuild
from infrastructure.installation import Installation
from infrastructure.interpreter import collect_for_folding, collect_for_serving, switch_often
from infrastructure.journal_intake import JournalIntake
from infrastructure.journal_line import JournalLine
from infrastructure.journal_process import journal_kept
from infrastructure.journal_store import PostgresJournalStore
from infrastructure.kept_secrets import keyed_hash
from infrastructure.key_uses import PostgresKeyUses
from infrastructure.links import PostgresLinks
from infrastructure.logs import log_to_standard_error
from infrastructure.mapper import EventMapper
from infrastructure.migrations import migrate
from infrastructure.orphans import end_with_parent
from infrastructure.outage_record import PostgresOutageRecord
from infrastructure.pepper_check import check_pepper
from infrastructure.process_runs import PostgresProcessRuns
from infrastructure.projection_statuses import PostgresProjectionStatuses
from infrastructure.projector_session import PostgresProjectorSession
from infrastructure.quarantine_events import PostgresQuarantineEvents
from infrastructure.queries import PostgresQueries
from infrastructure.rebuild_session import PostgresRebuildSession
from infrastructure.recalls import PostgresRecalls
from infrastructure.recorded_streams import PostgresRecordedStreams
from infrastructure.settings import Settings, read_settings
from infrastructure.shared_filling import SharedFilling
from infrastructure.unlinked_work_orders import PostgresUnlinkedWorkOrders
from infrastructure.work_order_names import PostgresWorkOrderNames
from interfaces.api.authorization import Authority
from interfaces.api.desk import Desk
from interfaces.api.lists import Lists
from interfaces.api.reading import ANSWER_SECONDS, Reading
from interfaces.cli.main import build_cli
from interfaces.cli.program import Listening, UseCases
from interfaces.http import create_http_application
from interfaces.webhook.bodies import read_body
from interfaces.webhook.reception import Reception

RELOAD_SECONDS: Final = 2.0
TRAFFIC_SECONDS: Final = 60.0
SIGN_SECONDS: Final = 5.0


class Adapters:
    """What one process shares: the database, the mapper, the registry of clients."""

    def __init__(self, settings: Settings, url: str) -> None:
        self.url = url
        self.database = Database(url)
        self.mapper = EventMapper()
        self.keyed_hash = keyed_hash(settings)
        self.registry = Registry(PostgresClientEvents(self.database, self.mapper))
        self.links = PostgresLinks(self.database)
        self.link_checks = LinkChecks(PostgresWorkOrderNames(self.database), self.links)
        self.key_uses = PostgresKeyUses(self.database)
        self.aggregates = self.aggregates_of(self.database)
        parts = self.aggregates, self.registry, self.keyed_hash
        self.clients = Clients(*parts, secrets.new_secret, new_event_id, now)
        self.tokens = Tokens(*parts, secrets.new_secret, new_event_id, now)

    def aggregates_of(self, database: Database) -> Aggregates:
        """Return the library's application on a pool of connections."""
        return Aggregates(EventLog(database), self.mapper, new_event_id, now)

    def read_models(self) -> ReadModels:
        """Return what an operator does with the read models."""
        return ReadModels(
            PostgresProjectionStatuses(self.database),
            PROJECTIONS,
            lambda: PostgresRebuildSession.connected(self.database, self.mapper),
            PostgresHeadsRebuild(self.database, self.mapper),
            SharedFilling(self.url, fill),
        )

    def writer(self, stopping: Event) -> JournalWriter:
        """Return a writer with a connection of its own."""
        store = PostgresJournalStore(self.database, self.mapper)
        return JournalWriter(store, new_event_id, stopping)


def create_app(journal_address: str) -> Litestar:
    """Return a worker's HTTP application; who listens at the address writes what it takes."""
    log_to_standard_error()
    end_with_parent()
    switch_often()
    settings = read_settings(os.environ)
    resources = ExitStack()
    url = resources.enter_context(connected(settings))
    adapters = Adapters(settings, url)
    resources.callback(adapters.database.close)
    asked = Database(url, ANSWER_SECONDS)
    resources.callback(asked.close)
    read = PostgresQueries(asked), adapters.aggregates_of(asked), PostgresLinks(asked)
    stopping = Event()
    journal = Journal(DistantWriter(line := JournalLine(journal_address)))
    paced = PacedWriter(adapters.writer(stopping), stopping.wait)
    resources.callback(paced.close)
    lists = Lists(LinkImport(paced, adapters.link_checks, now), stopping)
    traffic = Traffic(adapters.clients, now)
    key_uses = KeyUses(adapters.key_uses)
    signs = SignsOfLife(PostgresProcessRuns(adapters.database), new_event_id, now)
    front_door = FrontDoor(adapters.registry, adapters.keyed_hash)
    refused_attempts = RefusedAttempts(monotonic)
    reception = Reception(
        front_door,
        journal,
        Quarantine(adapters.aggregates),
        traffic,
        refused_attempts,
        key_uses,
        read_body,
        most_body_bytes=settings.max_body_bytes,
        redelivery_window=settings.redelivery_window,
    )

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncGenerator[None]:
        collect_for_serving()
        journal.start()
        with resources:
            async with beside(
                every(RELOAD_SECONDS, adapters.registry.reload),
                every(SIGN_SECONDS, signs.give),
                every(TRAFFIC_SECONDS, traffic.put_on_record, traffic.news),
                every(TRAFFIC_SECONDS, key_uses.put_on_record, key_uses.news),
            ):
                yield
            await journal.stop()
            stopping.set()
            await asyncio.to_thread(lists.stop)
            with contextlib.suppress(StorageUnavailableError):
                await asyncio.to_thread(traffic.put_on_record)
                await asyncio.to_thread(key_uses.put_on_record)
                await asyncio.to_thread(signs.stop)

    return create_http_application(
        reception,
        Authority(adapters.tokens, adapters.registry, front_door, refused_attempts),
        Desk(journal, adapters.links, now),
        lists,
        Reading(Questions(*read), now),
        (lambda: first_problem(adapters.database), line.problem, journal.problem),
        PostgresProjectionStatuses(adapters.database),
        lifespan,
        new_event_id,
        now,
        log_access=settings.log_access,
    )


def write(listening: socket, stopping: Event) -> None:
    """Write for all workers of a service."""
    log_to_standard_error()
    switch_often()
    collect_for_serving()
    settings = read_settings(os.environ)
    with connected(settings) as url:
        writer = Adapters(settings, url).writer(Event())  # told by no event to give up a commit
        JournalIntake(listening).answer(partial(write_messages, writer), stopping)
        writer.close()


def project(stopping: Event) -> None:
    """Keep the read models as far as the log, or stand by for whoever does."""
    log_to_standard_error()
    collect_for_folding()
    settings = read_settings(os.environ)
    with connected(settings) as url:
        database, mapper = Database(url), EventMapper()
        Following(
            lambda: PostgresProjectorSession.opened(database, mapper), PROJECTIONS, stopping
        ).run()


class Worktrail(Installation):
    """The program as the command line sees it."""

    def listening(self) -> Listening:
        """Return where to listen."""
        settings = read_settings(os.environ)
        return Listening(settings.host, settings.port, settings.public_url, settings.is_named)

    @contextmanager
    def use_cases(self) -> Generator[UseCases]:
        """Lend the use cases, with the database there and its schema as this release needs it."""
        collect_for_folding()
        settings = read_settings(os.environ)
        with connected(settings) as url:
            adapters = Adapters(settings, url)
            writer = adapters.writer(Event())
            streams = PostgresRecordedStreams(adapters.database, adapters.mapper)
            deliveries = PostgresDeliveryRecord(adapters.database)
            epochs = PostgresEpochs(adapters.database, adapters.mapper)
            try:
                migrate(adapters.database)
                check_pepper(adapters.database, adapters.keyed_hash)
                yield UseCases(
                    adapters.clients,
                    adapters.key_uses,
                    adapters.tokens,
                    Activities(writer, adapters.links, now),
                    LinkImport(PacedWriter(writer, sleep), adapters.link_checks, now),
                    ReportImport(writer, streams, now, sleep),
                    UnlinkedList(PostgresUnlinkedWorkOrders(adapters.database)),
                    Histories(adapters.aggregates, adapters.links),
                    Lookout(adapters.aggregates, PostgresRecalls(adapters.database)),
                    Releases(
                        adapters.aggregates,
                        PostgresQuarantineEvents(adapters.database, adapters.mapper),
                        writer,
                        read_body,
                        settings.redelivery_window,
                    ),
                    adapters.read_models(),
                    SetUps(adapters.aggregates, deliveries, adapters.key_uses, now),
                    DeliveryHealth(deliveries, now),
                    Restores(epochs, new_event_id),
                    GapFinder(adapters.aggregates, PostgresOutageRecord(adapters.database), epochs),
                )
            finally:
                writer.close()
                adapters.database.close()

    def project(self, stopping: Event) -> None:
        """Follow the log until told to stop."""
        with self.use_cases():
            pass  # with another schema or another pepper nothing is followed
        project(stopping)

    def projecting(self) -> AbstractContextManager[None]:
        """Follow the log in a process beside this one, for the length of a block."""
        return kept_running(project, "projector", gives_way=True)

    @contextmanager
    def writing(self) -> Generator[Callable[[], Litestar]]:
        """Write in a process beside this one, for the length of a block, and lend how to serve."""
        with journal_kept(write) as address:
            yield partial(create_app, address)


cli = build_cli(Worktrail())
