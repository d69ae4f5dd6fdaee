"""The names of steps in the reader's language.

Rows keep the Vietnamese name that a step had when it happened. A diagram gives the English one in the
element's documentation, on a line `en: …`.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from service import engine
from service.domain.labels import Language
from service.store import definitions
from service.store.work import Work
from service.web.words import language

_ENGLISH = re.compile(r"^en:\s*(.+)$", re.MULTILINE)


def in_english(name: str, documentation: str) -> str:
    """The English name of a part of a diagram, or its own where the diagram gives none."""
    found = _ENGLISH.search(documentation)
    return found[1].strip() if found else name


def english_name(element: engine.Element) -> str:
    """The English name of an element, or its own where the diagram gives none."""
    return in_english(element.name, element.documentation)


def step_name(work: Work, process_keys: set[str]) -> Callable[[str | None, str | None], str]:
    """A function from a step's element id and Vietnamese name to its name for the reader."""
    names: dict[str, str] = {}
    if language() == Language.ENGLISH:
        for key in sorted(process_keys):
            newest = definitions.newest(work, key)
            if newest is not None:
                names |= _english_names(work, newest.id, newest.content_hash)
    return lambda element_id, name: names.get(element_id or "") or name or ""


def _english_names(work: Work, definition_id: int, content_hash: str) -> dict[str, str]:
    known = _by_hash(content_hash)
    if not known:
        elements = engine.read(definitions.xml_of(work, definition_id)).elements
        known |= {element_id: english_name(element) for element_id, element in elements.items()}
    return known


@lru_cache(maxsize=64)
def _by_hash(_content_hash: str) -> dict[str, str]:
    """The place of one diagram's English names; empty until first asked for."""
    return {}
