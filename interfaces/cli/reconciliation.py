"""What an import of reports came to: counted, and one by one."""

from collections import Counter
from typing import Final, Literal, TypeAlias

from rich.console import Console
from rich.text import Text

from application.report_import import Reconciled
from domain.work_order import Change, path_text
from interfaces.cli.timeline import shown_change

Kind: TypeAlias = Literal["new", "corrected", "filled", "unchanged"]

_KINDS: Final[tuple[Kind, ...]] = ("new", "corrected", "filled", "unchanged")


class Outcome:
    """Counts work orders by what became of them, and records that were put on record."""

    def __init__(self) -> None:
        self._kinds: Counter[Kind] = Counter()
        self._recorded = 0
        self._warned = 0

    def add(self, reconciled: Reconciled) -> None:
        """Count a work order."""
        news = reconciled.compared.news
        self._kinds[_kind(reconciled)] += 1
        self._recorded += len(news)
        self._warned += sum(bool(told.warnings) for told in news)

    def document(self, *, dry_run: bool) -> dict[str, object]:
        """Return the counts under their names; in a dry run nothing was recorded."""
        return {
            "WorkOrders": self._kinds.total(),
            **{kind.capitalize(): self._kinds[kind] for kind in _KINDS},
            "ToRecord": self._recorded,
            "Recorded": 0 if dry_run else self._recorded,
            "WithWarnings": self._warned,
        }

    def sentence(self, *, dry_run: bool) -> str:
        """Say the counts."""
        kinds = ", ".join(f"{self._kinds[kind]} {kind}" for kind in _KINDS)
        records = "1 record" if self._recorded == 1 else f"{self._recorded} records"
        doing = "would be put" if dry_run else "put"
        warned = f", {self._warned} of them with warnings" if self._warned else ""
        return f"Work orders: {kinds}. {records} {doing} on record{warned}."


def difference_document(reconciled: Reconciled) -> list[dict[str, object]]:
    """Return what is different of a work order, if anything is."""
    compared = reconciled.compared
    if not compared.news:
        return []
    return [
        {
            "WorkOrderId": reconciled.work_order_id,
            "Kind": _kind(reconciled),
            "Lines": [told.line for told in compared.news],
            "Changes": [
                {
                    "Field": path_text(change.path),
                    "From": change.before,
                    "To": change.after,
                    "Kind": _kind_of_change(change),
                }
                for change in compared.changes
            ],
        }
    ]


def print_difference(out: Console, reconciled: Reconciled) -> None:
    """Print what is different of a work order, if anything is."""
    compared = reconciled.compared
    if not compared.changes:
        return
    lines = ", ".join(str(told.line) for told in compared.news)
    kind = _kind(reconciled)
    out.print(Text(f"Work order {reconciled.work_order_id}, {kind} (line {lines})", style="bold"))
    for change in compared.changes:
        out.print(Text(f"       {_kind_of_change(change):9}  {shown_change(change)}"))


def _kind(reconciled: Reconciled) -> Kind:
    compared = reconciled.compared
    if not compared.changes:
        return "unchanged"
    if not compared.was_known:
        return "new"
    kinds = {_kind_of_change(change) for change in compared.changes}
    return "corrected" if "corrected" in kinds else "filled"


def _kind_of_change(change: Change) -> Kind:
    return "filled" if change.before is None else "corrected"
