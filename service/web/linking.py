"""Plain words as a page shows them: escaped, with addresses that can be followed and names that stand out."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}'\"»”"
"""Signs at the end of an address belong to the sentence around it."""


def linked(text: str, names: Iterable[str] = ()) -> Markup:
    """A text without any markup of its own; web addresses become links, `@name` of `names` stands out.

    Only http and https are followed, and the other site neither learns where the reader came from nor gets
    hold of the page.
    """
    marks = re.compile("|".join(["@" + re.escape(name) for name in _longest_first(names)] or [r"(?!)"]))
    parts: list[Markup] = []
    position = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_TRAILING)
        parts += [_called(text[position : found.start()], marks), _link(address)]
        position = found.start() + len(address)
    return Markup("").join([*parts, _called(text[position:], marks)])


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(set(names), key=len, reverse=True)


def _link(address: str) -> Markup:
    # The address is escaped by the format; its scheme is one of the two that the pattern knows.
    return Markup('<a href="{0}" rel="noopener noreferrer nofollow external">{0}</a>').format(address)


def _called(text: str, marks: re.Pattern[str]) -> Markup:
    parts: list[Markup] = []
    position = 0
    for found in marks.finditer(text):
        parts += [escape(text[position : found.start()]), Markup("<b>{}</b>").format(found[0])]
        position = found.end()
    return Markup("").join([*parts, escape(text[position:])])
