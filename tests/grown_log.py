"""A log that is long enough for a rebuild to take its time."""

from typing import Final
from uuid import uuid4

from application.journal_writer import JournalWriter
from domain.document import encode
from tests.commands import reporting

_BATCH: Final = 500
_REPORTS_EACH: Final = 5


def grow(writer: JournalWriter, reports: int) -> None:
    """Write so many reports, on one work order in five of them, which opens an activity."""
    client_id = uuid4()
    entries = [
        reporting(
            client_id,
            number % (reports // _REPORTS_EACH) + 1,
            encode(
                {
                    "Object": {
                        "Id": number % (reports // _REPORTS_EACH) + 1,
                        "Number": f"N{number}",
                        "Trade": f"TRADE {number % 9}",
                        "Description": f"The pump {number} leaks water again",
                        "Notes": [{"Id": number, "NoteData": f"looked at {number}"}],
                    }
                }
            ),
            opens=True,
        )
        for number in range(reports)
    ]
    for start in range(0, reports, _BATCH):
        writer.write(entries[start : start + _BATCH])
