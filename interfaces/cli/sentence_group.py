"""How a command ends that cannot go on."""

import os
import sys
from typing import Any, NoReturn

import rich_click as click

from application.ports import StorageUnavailableError
from domain.errors import WorktrailError


class SentenceGroup(click.RichGroup):
    """A group that ends a command that cannot go on with one plain sentence on standard error."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and exit."""
        kwargs["standalone_mode"] = False
        try:
            sys.exit(super().main(*args, **kwargs) or 0)
        except click.UsageError as error:
            hint = f" Try '{error.ctx.command_path} --help'." if error.ctx else ""
            _end(error.format_message() + hint, error.exit_code)
        except click.ClickException as error:
            _end(error.format_message(), error.exit_code)
        except WorktrailError as error:
            _end(str(error), 1)
        except StorageUnavailableError as error:
            _end(f"The database is away: {(str(error).splitlines() or ['no reason'])[0]}", 1)
        except (click.Abort, KeyboardInterrupt):
            _end("Interrupted.", 130)
        except UnicodeError:
            _end("What was given is not UTF-8 text.", 2)
        except BrokenPipeError:
            # Whoever read our output has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)


def _end(sentence: str, code: int) -> NoReturn:
    click.echo(f"worktrail: {sentence}", err=True)
    sys.exit(code)
