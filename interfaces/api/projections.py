"""How the read models are doing, for operators and for Prometheus; never a part of readiness."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol, get_args

from litestar import Controller, Request, Response, get
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from application.status_ports import ProjectionState, ProjectionStatus
from interfaces.api.refusals import refusals

STATUSES: Final = "statuses"
"""Under this name the application's state holds what reads how the read models are doing."""


class Statuses(Protocol):
    """Reads how the read models are doing."""

    def statuses(self) -> Sequence[ProjectionStatus]:
        """Return all of them, by name. Raises `StorageUnavailableError`."""


class ProjectionHealth(Struct, frozen=True, rename="pascal"):
    """How far a read model is, how far behind the log, and whether it follows."""

    name: str
    state: ProjectionState
    position: int
    lag_events: int
    lag_seconds: float
    rate: float
    parked: int


class ProjectionsController(Controller):
    """The read models' health and figures."""

    path = "/"
    tags: Sequence[str] | None = ("Health",)

    @get(
        "/health/projections",
        operation_id="projections",
        summary="How far are the read models?",
        response_description="Each with its state and lag; one that is behind is no error.",
        responses=refusals(500, 503),
    )
    async def health(self, request: Request[Any, Any, Any]) -> list[ProjectionHealth]:
        """Tell how far each read model is, and how far behind."""
        return [
            ProjectionHealth(
                name=status.name,
                state=status.state,
                position=status.position,
                lag_events=status.lag_events,
                lag_seconds=round(status.lag_seconds, 3),
                rate=round(status.rate, 1),
                parked=status.parked,
            )
            for status in await _statuses(request)
        ]

    @get(
        "/metrics",
        operation_id="metrics",
        summary="Figures for Prometheus",
        response_description="The figures, in Prometheus's text format.",
        media_type="text/plain",
        responses=refusals(500, 503),
    )
    async def metrics(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """Tell the same as figures that Prometheus collects."""
        registry = CollectorRegistry()
        registry.register(_Collector(await _statuses(request)))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def _statuses(request: Request[Any, Any, Any]) -> Sequence[ProjectionStatus]:
    statuses: Statuses = request.app.state[STATUSES]
    return await asyncio.to_thread(statuses.statuses)


class _Collector(Collector):
    def __init__(self, statuses: Sequence[ProjectionStatus]) -> None:
        self._statuses = statuses

    def collect(self) -> Iterator[Metric]:
        for name, text, figures in (
            ("position", "The last position of the log that was taken.",
             [status.position for status in self._statuses]),
            ("lag_events", "Events of the log that are not taken yet.",
             [status.lag_events for status in self._statuses]),
            ("lag_seconds", "How old the first event is that is not taken yet.",
             [status.lag_seconds for status in self._statuses]),
            ("events_per_second", "Events taken a second, over about ten seconds.",
             [status.rate for status in self._statuses]),
            ("parked_streams", "Streams that wait behind an event that could not be taken.",
             [status.parked for status in self._statuses]),
            ("following", "1 where the log is followed, 0 where it is not.",
             [float(status.state == "following") for status in self._statuses]),
        ):  # fmt: skip
            family = GaugeMetricFamily(f"worktrail_projection_{name}", text, labels=["projection"])
            for status, figure in zip(self._statuses, figures, strict=True):
                family.add_metric([status.name], figure)
            yield family
        yield self._states()

    def _states(self) -> Metric:
        family = GaugeMetricFamily(
            "worktrail_projection_state",
            "1 of the state that it is in, 0 of every other.",
            labels=["projection", "state"],
        )
        for status in self._statuses:
            for state in get_args(ProjectionState):
                family.add_metric([status.name, state], float(state == status.state))
        return family
