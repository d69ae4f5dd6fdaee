"""What all commands share: errors told in words with exit status 1, JSON, instants."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

import click

from service.domain.errors import Invalid, TrinhError, message
from service.translations import translate

LANGUAGES = click.Choice(["vi", "en"])


def telling_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Turns our errors into a message and exit status 1; anything else is a fault and shows itself."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        with exit_on_error(chosen_language()):
            command(*args, **kwargs)

    return run


def chosen_language() -> str:
    """The language asked for before the command."""
    return str(click.get_current_context().find_root().params.get("language", "vi"))


@contextmanager
def exit_on_error(language: str) -> Iterator[None]:
    """Tells an error of ours, of the files or of the text in words, and ends with status 1."""
    try:
        yield
    except TrinhError as error:
        click.echo(translate(error.message, language), err=True)
        for place, problem in getattr(error, "fields", {}).items():
            click.echo(f"  {place}: {translate(problem, language)}", err=True)
        sys.exit(1)
    except UnicodeDecodeError:
        click.echo(translate(message("The file is not text in UTF-8. Save it as UTF-8."), language), err=True)
        sys.exit(1)
    except BrokenPipeError:
        raise  # Whoever read the output has seen enough (`trinh duties | head`): click ends without a word.
    except OSError as error:
        told = message(
            "{place} cannot be used: {reason}. Check that it exists and may be read and written.",
            place=error.filename or "-",
            reason=error.strerror or str(error),
        )
        click.echo(translate(told, language), err=True)
        sys.exit(1)


FIRST_YEAR, LAST_YEAR = 2000, 2100
"""No plan is older, and dates nearer to what a calendar can count fall off its end in another zone."""


def read_instant(text: str) -> datetime:
    """An instant with its offset.

    Raises:
        Invalid: when it is none.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Invalid(message("Write the instant with its offset, such as 2024-11-30T08:00:00+07:00."))
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise Invalid(message("Write an instant from {first} to {last}.", first=FIRST_YEAR, last=LAST_YEAR))
    return instant


def local_time(instant: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant as programs read it, in the time of a locality."""
    return None if instant is None else instant.astimezone(zone).isoformat(timespec="seconds")


def echo_json(value: object) -> None:
    """Prints a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
