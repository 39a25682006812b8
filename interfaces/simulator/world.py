"""The invented world the work orders come from: jobs, priorities, statuses, remarks."""

from msgspec import Struct

from interfaces.simulator.dates import HOUR, Instant


class Job(Struct, frozen=True):
    """What is broken, and how the store manager says it."""

    trade: str
    asset_type: str
    problem_code: str
    description: str


class Priority(Struct, frozen=True):
    """How soon somebody must be there."""

    name: str
    within: Instant


JOBS = (
    Job(
        "FUEL SYSTEMS",
        "Dispenser",
        "Leaking",
        "FORECOURT / Dispenser / Dispenser 4 / Leaking nozzle",
    ),
    Job(
        "FUEL SYSTEMS",
        "Tank gauge",
        "Alarm",
        "FORECOURT / Tank gauge / Alarm „low level“ comes back",
    ),
    Job("REFRIGERATION", "Walk-in cooler", "Too warm", "SALES FLOOR / Walk-in cooler / 48 °F"),
    Job("DOORS", "Entrance door", "Noisy", "ENTRANCE / Door / Grinding noise when it closes"),
    Job("HVAC", "Rooftop unit", "No cooling", "ROOF / Unit 2 / Blows warm air"),
    Job("FACADE", "Canopy", "Lights out", "CANOPY / Lights / Three of twelve are out"),
    Job("PLUMBING", "Restroom", "Clogged", "RESTROOM / Café side / Drain clogged"),
)

PRIORITIES = (
    Priority("P1 - 4 HOURS", 4 * HOUR),
    Priority("P2 - 8 HOURS", 8 * HOUR),
    Priority("P3 - 24 HOURS", 24 * HOUR),
    Priority("P4 - 7 DAYS", 168 * HOUR),
)

CATEGORIES = ("REPAIR", "MAINTENANCE", "CAPEX")

SOURCES = ("dashboard1775", "Mobile SC 2403.2 i", "dashboard")

CALLERS = ("Store Manager", "Shift Lead", "Zoë Lindqvist", "Area Coach")

UNFINISHED = (
    "INCOMPLETE",
    "PARTS ON ORDER",
    "WAITING FOR QUOTE",
    "WAITING FOR APPROVAL",
    "PARTIAL PARTS DELIVERED",
    "ON HOLD",
    "RETURN VISIT – CRANE",
)
"""Extended statuses of a visit that did not end the job: free text, each company's own."""

REMARKS = (
    "Part arrives Tuesday",
    "Called the store, nobody picked up.",
    "Tech is on the way – ETA 20 min",
    'Needs a 3/4" breakaway coupling and a new hose\nBoth are on the truck.',
    "Store says it is getting worse",
    "Quote will follow & photos are attached",
)

DETAILS = ("since this morning", "second time this month", "side B only", "customers complain")

LABELS = ("Warranty", "Night work", "Compliance", "Budget 2025")

FILES = ("before.jpg", "after.jpg", "quote 1182.pdf", "dispenser 4 – serial plate.jpg")
