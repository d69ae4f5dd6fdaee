"""Reading what people typed into plain forms: numbers of rows and days, wrong ones as None."""

import re
from collections.abc import Iterable
from datetime import date

from service.domain.words import read_day

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


def number(text: str | None) -> int | None:
    """The number of a row."""
    return int(text) if text and _NUMBER.fullmatch(text) else None


def numbers(texts: Iterable[str]) -> list[int]:
    """The numbers of rows; what is none is left out."""
    return [found for text in texts if (found := number(text)) is not None]


def day(text: str | None) -> date | None:
    """A day as people write it, 30/11/2026, or as machines do, 2026-11-30."""
    try:
        return read_day(text) if text and text.strip() else None
    except ValueError:
        return None
