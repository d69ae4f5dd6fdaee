"""The demo's simulated time, kept in the database so that a restart goes on where it was."""

import math
from datetime import timedelta

from sqlalchemy import exists, select

from service.store.tables import DemoClock, Dossier, Person
from service.store.work import Work


def offset(work: Work) -> timedelta:
    """How far the simulated clock is ahead of the machine's (negative: behind)."""
    row = work.session.get(DemoClock, 1)
    return timedelta(seconds=row.offset) if row else timedelta()


def shift(work: Work, by: timedelta) -> None:
    """Moves the simulated clock, in whole seconds: a little too far rather than too short."""
    row = work.session.get(DemoClock, 1, with_for_update=True, populate_existing=True)
    if row is None:
        row = DemoClock(id=1, offset=0)
        work.session.add(row)
    row.offset += math.ceil(by.total_seconds())


def begin(work: Work, offset: timedelta) -> None:
    """Begins the simulated time at an offset from the machine's clock, never earlier than asked."""
    work.session.merge(DemoClock(id=1, offset=math.ceil(offset.total_seconds())))


def holds_real_data(work: Work) -> bool:
    """Whether people or dossiers are in the database that the demo did not put there."""
    used = work.session.scalar(select(exists(select(Person.id)) | exists(select(Dossier.id))))
    return bool(used) and not is_seeded(work)


def is_seeded(work: Work) -> bool:
    """Whether the database holds a demo already."""
    return work.session.get(DemoClock, 1) is not None
