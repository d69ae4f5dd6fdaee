"""Other configurations than the shipped one: what an administrator changes in a file or in the browser."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from service.domain.amendments import Guidance
from service.domain.calendars import DayKind, Override
from service.domain.citations import Citation
from service.domain.deadlines import DeadlineRule, OnDate
from service.domain.labels import Label
from service.domain.localities import Locality
from service.domain.reminders import Ladder, Rung
from service.localities.calendars import working_calendar
from service.operations.process.effects import Effect
from service.operations.schedule import swap_days
from service.operations.schedule.swap_days import SwapDay
from service.operations.setup import localities
from service.operations.setup.localities import Loaded
from tests.builders import LOCALITY, World, shipped_locality

NOTICE = Guidance("6150/TB-BLĐTBXH", "Bộ LĐTBXH", date(2024, 11, 1), "2", "nghỉ hoán đổi ngày làm việc")
GUIDANCE = Citation("plan", "IV.3.a", "theo hướng dẫn của Ủy ban nhân dân tỉnh Khánh Hòa")


def with_rule(
    round_key: str, deadline_key: str, change: Callable[[DeadlineRule], DeadlineRule | None]
) -> Locality:
    """The shipped configuration with one deadline of one round changed, or taken away by None."""
    locality = shipped_locality()
    changed = tuple(
        replace(
            round_,
            deadlines=tuple(
                kept
                for rule in round_.deadlines
                if (kept := change(rule) if rule.key == deadline_key else rule) is not None
            ),
        )
        if round_.key == round_key
        else round_
        for round_ in locality.rounds
    )
    return replace(locality, rounds=changed)


def with_ladder(*rungs: Rung) -> Locality:
    """The shipped configuration with another default ladder."""
    return replace(shipped_locality(), ladders=(Ladder("default", rungs),))


def with_override(day: date, kind: DayKind, locality: Locality | None = None) -> Locality:
    """The shipped configuration with one more swap day."""
    locality = locality or shipped_locality()
    overrides = (*locality.overrides, Override(day, kind, Label("Hoán đổi", "Swap"), GUIDANCE))
    calendar = working_calendar(locality.country, overrides)
    return replace(locality, overrides=overrides, calendar=calendar)


def load(world: World, locality: Locality, reason: str = "Công văn 12/UBND") -> Loaded:
    """Loads a configuration."""
    with world.database.write() as work:
        return localities.load(work, locality, reason=reason)


def on(day: date) -> Callable[[DeadlineRule], DeadlineRule]:
    """A deadline that falls on one day."""
    return lambda rule: replace(rule, day=OnDate(day))


def swap(day: date, kind: DayKind = DayKind.OFF, name: str = "Nghỉ hoán đổi") -> SwapDay:
    """A swap day as a notice orders it."""
    return SwapDay(day, kind, Label(name, "Swap day"), NOTICE)


def enter(world: World, day: date, kind: DayKind = DayKind.OFF, reason: str = "Theo thông báo") -> Effect:
    """The administrator enters a swap day."""
    with world.database.write() as work:
        return swap_days.enter(work, world.actor("admin"), LOCALITY, swap(day, kind), reason=reason)


def withdraw(world: World, day: date, reason: str = "Thôi hoán đổi") -> Effect:
    """The administrator takes a swap day back."""
    with world.database.write() as work:
        return swap_days.withdraw(work, world.actor("admin"), LOCALITY, day, reason=reason)
