"""The demo's simulated clock: moving it forward and watching what falls due. Never outside the demo."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.domain.errors import Invalid, NotAllowed, message
from service.domain.people import Actor
from service.operations import access
from service.operations.mail import digests, sending
from service.operations.schedule import report_openings
from service.operations.services import Services
from service.operations.watch import ticks
from service.store import demo, localities, mails, people, reminders, tasks, timers
from service.store.work import Work

MOST_STEPS = 500
"""A jump stops at every instant at which something falls due, at most so often."""
DIGESTS_WITHIN = timedelta(days=60)
"""A longer jump does not stop each day at the hours of daily digests: they are sent at its other stops."""
FARTHEST = timedelta(days=366 * 3)


@dataclass(frozen=True, slots=True)
class Preset:
    """A jump that the demo proposes: a key for its label, and the instant."""

    key: str
    at: datetime
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class Jumped:
    """What happened between two instants of the simulated time.

    `goal` is where the jump was to go: it stops before, at `after`, when too much falls due on the way.
    """

    before: datetime
    after: datetime
    goal: datetime
    reminders: int
    timers: int
    mails: int
    overdue: int

    @property
    def stopped_short(self) -> bool:
        """Whether it has to be asked to go on."""
        return self.after < self.goal


def presets(work: Work) -> list[Preset]:
    """The jumps worth proposing now, the nearest first."""
    found: list[Preset] = []
    waiting = [("next_reminder", reminders.next_due(work)), ("next_escalation", timers.next_due(work))]
    waiting.append(("next_deadline", tasks.next_deadline(work)))
    waiting.append(("next_report", report_openings.next_opening(work)))
    found += [Preset(key, at, {}) for key, at in waiting if at is not None]
    for locality in localities.every(work):
        zone = ZoneInfo(locality.zone)
        today = work.now.astimezone(zone).date()
        for day in (today + timedelta(days=1), today.replace(month=11, day=30)):
            at = datetime.combine(day, time(8), tzinfo=zone)
            if at > work.now:
                found.append(Preset("morning", at, {"day": f"{day:%d/%m/%Y}"}))
    unique = {(preset.key, preset.at): preset for preset in found}
    return sorted(unique.values(), key=lambda preset: preset.at)


def jump(services: Services, actor: Actor, to: datetime) -> Jumped:
    """Moves the simulated clock forward, stopping wherever something falls due, and lets it happen.

    Raises:
        NotAllowed: outside the demo, or for anybody but an administrator.
        Invalid: when the instant lies behind, or too far ahead.
    """
    if not services.demo:
        raise NotAllowed(message("The clock can be moved only in the demo."))
    access.require_administrator(actor)
    database = services.database
    before = database.clock.now()
    if to <= before:
        raise Invalid(message("The simulated clock moves forward only. Choose a later instant."))
    if to - before > FARTHEST:
        raise Invalid(message("Move the clock by at most three years at a time."))
    # What is due by now belongs to this instant, and must not hide what comes before the goal.
    due = ticks.tick(database)
    reminded, fired, sent = due.reminders, due.timers, sending.send_due(services).sent
    for _ in range(MOST_STEPS):
        stop = min(to, _next_instant(services, daily=to - before <= DIGESTS_WITHIN) or to)
        with database.write() as work:
            by = max(stop - database.clock.now(), timedelta())
            demo.shift(work, by)
            people.prolong_sign_ins(work, by)
        done = ticks.tick(database)
        reminded += done.reminders
        fired += done.timers
        sent += sending.send_due(services).sent
        if stop >= to:
            break
    with database.read() as work:
        overdue = tasks.count_overdue(work)
        return Jumped(before, work.now, to, reminded, fired, sent, overdue)


def _next_instant(services: Services, *, daily: bool) -> datetime | None:
    """The next instant after now at which something falls due; with the hours of digests if `daily`."""
    with services.database.read() as work:
        waiting = (
            reminders.next_due(work),
            timers.next_due(work),
            mails.next_attempt(work),
            report_openings.next_opening(work),
            digests.next_due(work) if daily else None,
        )
    return min((at for at in waiting if at is not None), default=None)
