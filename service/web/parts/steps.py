"""The names of steps in the reader's language."""

from collections.abc import Callable

from service.domain.labels import Language
from service.operations import step_names
from service.store.work import Work
from service.web.words import language


def step_name(work: Work, process_keys: set[str]) -> Callable[[str | None, str | None], str]:
    """A function from a step's element id and Vietnamese name to its name for the reader."""
    names: dict[str, str] = {}
    if language() == Language.ENGLISH:
        for key in sorted(process_keys):
            names |= step_names.by_element(work, key)
    return lambda element_id, name: names.get(element_id or "") or name or ""
