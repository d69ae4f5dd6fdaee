"""What a change makes different between two rehearsals of the same seed."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.rehearsals.results import Escalation, Mail, Overdue, Result

Told = TypeVar("Told", Mail, Overdue, Escalation)


@dataclass(frozen=True, slots=True)
class Moved(Generic[Told]):
    """The same at two instants: as it is, and with the change."""

    before: Told
    after: Told


@dataclass(frozen=True, slots=True)
class Compared(Generic[Told]):
    """What only one of two rehearsals has, and what both have at different instants."""

    added: tuple[Told, ...] = ()
    dropped: tuple[Told, ...] = ()
    moved: tuple[Moved[Told], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether both have the same."""
        return not (self.added or self.dropped or self.moved)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different with the change; mails are matched by recipient, template, rung and dossier."""

    mails: Compared[Mail]
    overdue: Compared[Overdue]
    escalations: Compared[Escalation]

    @property
    def is_empty(self) -> bool:
        """Whether the change changes nothing."""
        return self.mails.is_empty and self.overdue.is_empty and self.escalations.is_empty


def compare(without: Result, with_change: Result) -> Difference:
    """The difference that a change makes."""
    return Difference(
        _compare(
            without.mails,
            with_change.mails,
            lambda one: (one.to, one.template, one.rung, one.unit, one.step),
            lambda one: one.at,
        ),
        _compare(
            without.overdue,
            with_change.overdue,
            lambda one: (one.unit, one.step, one.office),
            lambda one: (one.since, one.until),
        ),
        _compare(
            without.escalations,
            with_change.escalations,
            lambda one: (one.unit, one.element, one.to),
            lambda one: one.at,
        ),
    )


def _compare(
    before: Sequence[Told],
    after: Sequence[Told],
    key_of: Callable[[Told], Hashable],
    time_of: Callable[[Told], Hashable],
) -> Compared[Told]:
    old, new = _numbered(before, key_of), _numbered(after, key_of)
    return Compared(
        added=tuple(one for key, one in new.items() if key not in old),
        dropped=tuple(one for key, one in old.items() if key not in new),
        moved=tuple(
            Moved(one, new[key])
            for key, one in old.items()
            if key in new and time_of(one) != time_of(new[key])
        ),
    )


def _numbered(found: Sequence[Told], key_of: Callable[[Told], Hashable]) -> dict[tuple[Hashable, int], Told]:
    """Each by its key; the second of the same key (a step done again) by the number 2, and so on."""
    seen: Counter[Hashable] = Counter()
    numbered: dict[tuple[Hashable, int], Told] = {}
    for one in found:
        key = key_of(one)
        seen[key] += 1
        numbered[key, seen[key]] = one
    return numbered
