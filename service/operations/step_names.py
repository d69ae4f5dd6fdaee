"""The English names of steps. Rows keep the Vietnamese name that a step had when it happened.

A diagram gives the English one in the element's documentation, on a line `en: …`.
"""

import re
from collections.abc import Mapping

from service import engine
from service.domain.labels import Label
from service.store import definitions
from service.store.work import Work

_ENGLISH = re.compile(r"^en:\s*(.+)$", re.MULTILINE)


def in_english(name: str, documentation: str) -> str:
    """The English name of a part of a diagram, or its own where the diagram gives none."""
    found = _ENGLISH.search(documentation)
    return found[1].strip() if found else name


def by_element(work: Work, process_key: str) -> Mapping[str, str]:
    """The English names in the newest version of a diagram; empty while there is none."""
    newest = definitions.newest(work, process_key)
    if newest is None:
        return {}

    def read() -> Mapping[str, str]:
        elements = engine.read(definitions.xml_of(work, newest.id)).elements
        return {
            element_id: in_english(element.name, element.documentation)
            for element_id, element in elements.items()
        }

    return work.recall(("step names", newest.content_hash), read)


def labels(work: Work, process_key: str) -> Mapping[str, Label]:
    """The names in the newest version of a diagram in both languages; empty while there is none."""
    newest = definitions.newest(work, process_key)
    if newest is None:
        return {}

    def read() -> Mapping[str, Label]:
        elements = engine.read(definitions.xml_of(work, newest.id)).elements
        return {
            element_id: Label(element.name, in_english(element.name, element.documentation))
            for element_id, element in elements.items()
            if element.name
        }

    return work.recall(("step labels", newest.content_hash), read)


def label_of(work: Work, element_id: str) -> Label:
    """The name of a step in whatever diagram has it; its id where none does any more."""
    for key in definitions.keys(work):
        if (found := labels(work, key).get(element_id)) is not None:
            return found
    return Label(element_id, element_id)
