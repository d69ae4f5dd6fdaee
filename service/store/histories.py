"""Writing histories: append-only, many dossiers at once."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, insert

from service.store.tables import HistoryStep
from service.store.work import Work

_WRITE = insert(cast(Table, HistoryStep.__table__))


def write(work: Work, steps: Sequence[dict[str, Any]]) -> None:
    """Writes composed steps, which name only what has its rows already."""
    if steps:
        work.session.execute(_WRITE, steps)
