"""`worktrail simulate`: plays ServiceChannel against a webhook."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from interfaces.simulator.accounts import Account
from interfaces.simulator.address import address
from interfaces.simulator.company import (
    WORK_ORDERS_PER_SEED,
    company_signing_keys,
    provider_signing_keys,
)
from interfaces.simulator.dates import Instant, instant
from interfaces.simulator.errors import SimulationError
from interfaces.simulator.outcome import Outcome
from interfaces.simulator.play import play
from interfaces.simulator.post import knock
from interfaces.simulator.schedule import Plan, span
from interfaces.simulator.sender import Beside, Terms
from interfaces.simulator.tally import Summary, Tally
from interfaces.simulator.truth import truth

_CANNOT_BEGIN = 2
_NOT_ALL_ACKNOWLEDGED = 1
_INTERRUPTED = 130
_MOST_WORKERS = 64
_FIRST_YEAR, _LAST_YEAR = 1970, 2100


@click.command()
@click.argument("url")
@click.option(
    "--work-orders",
    type=click.IntRange(1, WORK_ORDERS_PER_SEED),
    default=100,
    show_default=True,
    help="How many work orders live; each has some twenty deliveries.",
)
@click.option(
    "--brief",
    is_flag=True,
    help="Shorter lives: a single visit, and little beside the work; some twelve deliveries each.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0, min_open=True),
    help="Deliveries per second at most, re-deliveries not counted; else as fast as answered.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="Which play; another seed has other work orders.",
)
@click.option(
    "--start",
    type=click.DateTime(),
    help="When the play begins, in UTC. Same seed, same start: same bodies, byte for byte. "
    "Else so long ago that all of it is past.",
)
@click.option(
    "--duplicates",
    type=click.FloatRange(0, 1),
    default=0.1,
    show_default=True,
    help="Share of the acknowledged deliveries that is sent a second time.",
)
@click.option(
    "--late",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    help="Share of the deliveries that arrives after later ones of its work order.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, _MOST_WORKERS),
    default=1,
    show_default=True,
    help="Processes, each with its own share of the work orders and 32 deliveries in flight.",
)
@click.option(
    "--redelivery-after",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Time before each of three re-deliveries; ServiceChannel's own is 300.",
)
@click.option(
    "--regenerate-key-at",
    "regenerated_after",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Share of the play's simulated time after which bodies are signed with another key, as if "
    "the sender had regenerated its own while URL stays the same; 0: all bodies. Else one key "
    "signs all. Both keys follow from the seed.",
)
@click.option(
    "--provider-url",
    metavar="URL",
    help="The webhook's URL of a second sender, with keys of its own: the account of one of four "
    "providers, which reports what is with that provider, of one work order in three with another "
    "Nte. What URL gets is the same as without.",
)
@click.option(
    "--ledger",
    type=click.File("wb", lazy=False),
    help="File for one line of JSON per acknowledged delivery: WorkOrderId, EventType, Digest "
    "(SHA-256 of the body), Duplicate, Late, Status, ActivityId, Verdict, Account (subscriber or "
    "provider).",
)
@click.option(
    "--truth",
    "told",
    type=click.File("wb", lazy=False),
    help="File for one line of JSON per work order, as the sender would answer for it when all "
    "lives are over: 'reports import' takes it.",
)
@click.option(
    "--provider-truth",
    "told_beside",
    type=click.File("wb", lazy=False),
    help="With --provider-url: the same file of the provider's account, which would answer for the "
    "work orders that are with its provider then.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON document.")
@click.pass_context
def simulate(
    context: click.Context,
    url: str,
    work_orders: int,
    brief: bool,
    rate: float | None,
    seed: int,
    start: datetime | None,
    duplicates: float,
    late: float,
    workers: int,
    redelivery_after: float,
    regenerated_after: float | None,
    provider_url: str | None,
    ledger: BinaryIO | None,
    told: BinaryIO | None,
    told_beside: BinaryIO | None,
    as_json: bool,
) -> None:
    """Play realistic lives of work orders against the webhook at URL, as ServiceChannel would.

    URL is the webhook's whole URL with accessKey and signingKey, in quotes. One ping, which is not
    counted, finds out whether the address and the keys are right.

    A delivery is one body to be acknowledged by a 2xx answer within five seconds: a notification,
    a second sending of one that was acknowledged, or a ping. What is not acknowledged is sent up
    to three times more, while its own work order waits. Sent counts deliveries attempted at least
    once. Acknowledged counts those answered 2xx in the end, and Repeated how many of them the
    receiver recognised (its header Worktrail-Verdict says so). Refused counts those given up after
    a last answer 4xx, and Failed those given up otherwise. Seconds runs from the first attempt to
    the last answer, Rate is Acknowledged per second, and P50Ms and P99Ms are percentiles of the
    time to the acknowledging answer, as seen from here: without --rate it is mostly this sender's
    own queue.

    Exit status: 0 if every delivery was acknowledged, 1 if any was refused or failed, 2 if the
    play could not begin or go on, 130 after Ctrl-C.
    """
    if start is not None and not _FIRST_YEAR <= start.year <= _LAST_YEAR:
        raise click.BadParameter(f"The play begins in {_FIRST_YEAR} to {_LAST_YEAR}.")
    if told_beside is not None and provider_url is None:
        raise click.UsageError("--provider-truth goes with --provider-url.")
    begins = _so_long_ago(work_orders) if start is None else instant(start.replace(tzinfo=UTC))
    plan = Plan(seed, work_orders, begins, duplicates, late, provider_url is not None, brief)
    tally = Tally()
    try:
        signing_keys = company_signing_keys(seed, _reached(plan, regenerated_after))
        beside = _beside(provider_url, seed)
        terms = Terms(address(url), signing_keys, rate, redelivery_after, beside)
        knock(terms.address, signing_keys.at(plan.start))
        if beside is not None:
            knock(beside.address, beside.signing_keys.at(plan.start))
        _tell(told, plan, Account.SUBSCRIBER)
        _tell(told_beside, plan, Account.PROVIDER)
        with _bar(plan, tally) as advance:
            interrupted = play(plan, terms, workers, _observer(tally, ledger, advance))
    except SimulationError as error:
        click.echo(str(error), err=True)
        context.exit(_CANNOT_BEGIN)
    summary = tally.summary()
    click.echo(msgspec.json.encode(summary) if as_json else _told(summary))
    if interrupted:
        click.echo("The play was cut short.", err=True)
        context.exit(_INTERRUPTED)
    if summary.refused or summary.failed:
        context.exit(_NOT_ALL_ACKNOWLEDGED)


def _so_long_ago(work_orders: int) -> Instant:
    return instant(datetime.now(UTC)) - span(work_orders)


def _reached(plan: Plan, share: float | None) -> Instant | None:
    return None if share is None else plan.start + round(share * span(plan.work_orders))


def _beside(url: str | None, seed: int) -> Beside | None:
    return None if url is None else Beside(address(url), provider_signing_keys(seed))


def _tell(told: BinaryIO | None, plan: Plan, account: Account) -> None:
    if told is not None:
        told.writelines(line + b"\n" for line in truth(plan, account))
        told.flush()


def _observer(
    tally: Tally, ledger: BinaryIO | None, advance: Callable[[Instant], None]
) -> Callable[[Outcome], None]:
    def observe(outcome: Outcome) -> None:
        tally.add(outcome)
        advance(outcome.at)
        if ledger is not None and outcome.acknowledgement is not None:
            ledger.write(msgspec.json.encode(outcome.acknowledgement) + b"\n")
            # Whoever reads the ledger while the play goes on finds whole lines.
            ledger.flush()

    return observe


@contextmanager
def _bar(plan: Plan, tally: Tally) -> Iterator[Callable[[Instant], None]]:
    """Show a bar of simulated time on stderr where that is a terminal."""
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    quiet = not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        total = span(plan.work_orders)
        task = progress.add_task("", total=total)
        reached = plan.start

        def advance(at: Instant) -> None:
            nonlocal reached
            reached = max(reached, at)
            told = f"{tally.acknowledged:,} acknowledged"
            progress.update(task, completed=reached - plan.start, description=told)

        yield advance


def _told(summary: Summary) -> str:
    lines = [
        f"{summary.acknowledged:,} of {summary.sent:,} deliveries acknowledged "
        f"in {summary.seconds:.1f} s ({summary.rate:,.0f}/s), "
        f"{summary.repeated:,} of them recognised as repeated.",
        f"{summary.refused:,} refused, {summary.failed:,} failed.",
    ]
    if summary.p50_ms is not None and summary.p99_ms is not None:
        lines.append(
            f"Half were answered within {summary.p50_ms:.1f} ms, "
            f"99 of 100 within {summary.p99_ms:.1f} ms."
        )
    return "\n".join(lines)
