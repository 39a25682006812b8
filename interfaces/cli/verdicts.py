"""What a verification found, for people."""

import rich_click as click

from application.verify import Verdict
from interfaces.cli.output import plain


def print_verdict(verdict: Verdict) -> None:
    """Print one sentence, and the first differences with the events behind them."""
    click.echo(f"{verdict.name}: {_sentence(verdict)}")
    for difference in verdict.comparison.first:
        key = ", ".join(f"{name} {value}" for name, value in difference.key.items())
        positions = ", ".join(map(str, difference.positions))
        click.echo(plain(f"  {key} (events {positions})"))
        for name, (expected, found) in difference.columns.items():
            click.echo(plain(f"    {name}: {expected or '–'} expected, {found or '–'} found"))


def _sentence(verdict: Verdict) -> str:
    if verdict.hole is not None:
        return f"the log has no event at position {verdict.hole}."
    rows = f"{verdict.comparison.rows} rows at position {verdict.position}"
    if verdict.comparison.different or verdict.unfoldable:
        unfoldable = f", and {verdict.unfoldable} streams cannot be folded"
        return (
            f"{verdict.comparison.different} of {rows} differ"
            f"{unfoldable if verdict.unfoldable else ''}."
        )
    return f"equal except {verdict.parked} parked, {rows}." if verdict.parked else f"equal, {rows}."
