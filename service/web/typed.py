"""Reading what people typed into plain forms: numbers of rows and days, wrong ones as None."""

import re
from collections.abc import Iterable
from datetime import date

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def number(text: str | None) -> int | None:
    """The number of a row."""
    return int(text) if text and _NUMBER.fullmatch(text) else None


def numbers(texts: Iterable[str]) -> list[int]:
    """The numbers of rows; what is none is left out."""
    return [found for text in texts if (found := number(text)) is not None]


def day(text: str | None) -> date | None:
    """A day as the date field of a browser sends it."""
    try:
        return date.fromisoformat(text) if text and _DAY.fullmatch(text) else None
    except ValueError:
        return None
