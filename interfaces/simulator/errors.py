"""Why a play cannot begin or go on."""

from domain.errors import WorktrailError


class SimulationError(WorktrailError):
    """A play cannot begin or go on; the message never holds the keys of the webhook's URL."""
