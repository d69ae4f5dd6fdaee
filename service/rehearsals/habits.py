"""When the people of a rehearsal act: the simple model that docs/reference/rehearsals.md describes.

Everything is drawn from the seed and from names that a proposed change does not touch (the dossier's
place, the step, how often it was there). So two rehearsals of one seed differ by the change alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from service.domain.calendars import WorkingCalendar
from service.rehearsals import office_hours

FIRST_THIRD = 1 / 3
"""Units open their dossiers in the first third of their time."""
LEAST_SHARE, MOST_SHARE = 0.35, 0.95
"""Who is in time acts between these shares of the office hours left to them."""
LEAST_LATE, MOST_LATE = timedelta(hours=2), timedelta(days=5)
"""Who is late acts so long after the deadline, then as soon as offices are open."""
WITHOUT_DEADLINE = (1.0, 3.0)
"""Working days that a step without a deadline takes, and one whose deadline has passed already (the less)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A step that waits for somebody: of which dossier, since when, until when.

    `place` counts the dossiers from 0, `visit` how often this one has been at the step before. `return_by`
    is set when its holder means to return the dossier: the unit's own deadline.
    """

    place: int
    step: str
    visit: int
    opened_at: datetime
    due_at: datetime | None
    return_by: datetime | None = None


@dataclass
class Habits:
    """How `dossiers` dossiers are worked on."""

    seed: int
    dossiers: int
    late: float
    returned: float
    calendar: WorkingCalendar
    zone: ZoneInfo
    _late_at: dict[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])

    def opens_at(self, place: int, first: datetime, due_at: datetime | None) -> datetime:
        """When a unit opens its dossier, between the opening of the round and its own deadline."""
        until = due_at if due_at is not None and due_at > first else first + timedelta(days=30)
        share = self._random("opens", place).uniform(0, FIRST_THIRD)
        return office_hours.between(self.calendar, self.zone, first, until, share)

    def is_returned(self, place: int) -> bool:
        """Whether a dossier is returned for supplement once."""
        return place in self._chosen("returned", self.returned)

    def acts_at(self, standing: Standing) -> datetime:
        """When the holder of a step completes it."""
        random = self._random(standing.step, standing.place, standing.visit)
        share, lateness = random.uniform(LEAST_SHARE, MOST_SHARE), random.random()
        opened, due = standing.opened_at, standing.due_at
        if due is not None and standing.place in self._late(standing.step):
            late = LEAST_LATE + (MOST_LATE - LEAST_LATE) * lateness
            return self._after(max(opened, due) + late, timedelta())
        if due is None:
            least, most = WITHOUT_DEADLINE
            return self._after(opened, office_hours.DAY_LENGTH * (least + (most - least) * lateness))
        ends = [end for end in (due, standing.return_by) if end is not None and end > opened]
        if not ends:
            return self._after(opened, office_hours.DAY_LENGTH * share)
        return office_hours.between(self.calendar, self.zone, opened, min(ends), share)

    def _after(self, start: datetime, duration: timedelta) -> datetime:
        return office_hours.after(self.calendar, self.zone, start, duration)

    def _late(self, step: str) -> frozenset[int]:
        return self._chosen(f"late:{step}", self.late)

    def _chosen(self, what: str, share: float) -> frozenset[int]:
        """So many of the dossiers as the share asks for, drawn once."""
        if what not in self._late_at:
            number = round(share * self.dossiers)
            self._late_at[what] = frozenset(self._random(what).sample(range(self.dossiers), number))
        return self._late_at[what]

    def _random(self, *what: object) -> Random:
        # Nothing here guards a secret, and text seeds the same numbers on every machine.
        return Random(":".join(map(str, (self.seed, *what))))  # noqa: S311


Beat = Callable[[float], None]
"""Told from time to time which share (0 to 1) of the work is done."""
