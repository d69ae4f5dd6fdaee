"""The daily digest: one mail a day, at the hour a person has chosen, of what waits for them."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.deadlines import first_late_instant
from service.domain.labels import Language
from service.domain.people import Actor
from service.domain.zones import VIETNAM
from service.operations import step_names
from service.store import digests, people
from service.store.digests import Span
from service.store.tables import Person, UserTask
from service.store.work import Database, Work

CHUNK = 5_000
"""People looked at in one transaction."""
COMING_UP = timedelta(days=7)
"""A last day no further away than this is told as coming up."""
MOST_LINES = 10
"""Tasks listed under one heading; the heading tells how many there are in all."""


def queue_due(database: Database, beat: Callable[[], None] = lambda: None) -> int:
    """Queues the digests whose hour has come, each once for a person and local day.

    Returns:
        How many were queued: whoever has nothing waiting at that hour gets none that day.
    """
    with database.read() as work:
        zones = digests.zones(work)
    total = 0
    for zone in zones:
        looked_at = CHUNK
        while looked_at == CHUNK:
            with database.write() as work:
                local = work.now.astimezone(ZoneInfo(zone))
                looked_at, queued = digests.queue_due(work, zone, local.date(), local.hour, CHUNK)
            total += queued
            beat()
    return total


def next_due(work: Work) -> datetime | None:
    """The next instant after now at which somebody's hour comes."""
    hours = digests.hours(work)
    coming: list[datetime] = []
    for zone in digests.zones(work) if hours else ():
        local = work.now.astimezone(ZoneInfo(zone))
        for hour in hours:
            day = local.date() + timedelta(days=local.hour >= hour)
            coming.append(datetime.combine(day, time(hour), ZoneInfo(zone)))
    return min(coming, default=None)


def zone_of(work: Work, person_id: int) -> ZoneInfo:
    """The zone in which a person's days and hours are counted: that of their first seat, if they have one."""
    counted_in = digests.zone_of(work, person_id)
    return ZoneInfo(counted_in) if counted_in else VIETNAM


def params(work: Work, reader: Person, base_url: str) -> dict[str, Any]:
    """What the digest of a person tells now.

    Each task stands in one section only: overdue, coming up, else held by them, else unclaimed.
    """
    actor, zone = people.actor_of(work, reader), zone_of(work, reader.id)
    today = work.now.astimezone(zone).date()
    soon = first_late_instant(today + COMING_UP, zone)
    overdue, near, later = Span(until=work.now), Span(work.now, soon), Span(after=soon)
    sections = [
        _section(work, actor, "overdue", overdue, (True, False), base_url),
        _section(work, actor, "soon", near, (True, False), base_url),
        _section(work, actor, "mine", later, (True,), base_url),
        _section(work, actor, "group", later, (False,), base_url),
    ]
    return {
        "today": today,
        "hour": reader.digest_hour,
        "sections": [section for section in sections if section["total"]],
        **{section["key"]: section["total"] for section in sections},
    }


def _section(
    work: Work, actor: Actor, key: str, span: Span, holders: tuple[bool, ...], base_url: str
) -> dict[str, Any]:
    found = [task for mine in holders for task in digests.waiting(work, actor, span, MOST_LINES, mine=mine)]
    found.sort(key=lambda task: (task.sort_at, task.id))
    return {
        "key": key,
        "total": sum(digests.count_waiting(work, actor, span, mine=mine) for mine in holders),
        "lines": [_line(work, actor, task, base_url) for task in found[:MOST_LINES]],
    }


def _line(work: Work, actor: Actor, task: UserTask, base_url: str) -> dict[str, Any]:
    dossier = task.dossier
    today = work.now.astimezone(ZoneInfo(dossier.round.locality.zone)).date()
    step = task.name
    if actor.language == Language.ENGLISH:
        step = step_names.by_element(work, dossier.round.process_key).get(task.element_id, step)
    return {
        "code": dossier.code,
        "title": dossier.title,
        "step": step,
        "last_day": task.last_day,
        "days_left": (task.last_day - today).days if task.last_day else None,
        "held": actor.holds(task.assignee_id, task.group_id),
        "link": f"{base_url}/tasks/{task.id}",
    }
