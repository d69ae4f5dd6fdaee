"""What is said to the engine, and what it answers. Plain values: nothing of the library leaves it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from service.domain.calendars import WorkingCalendar
from service.engine.arithmetic import Scalar


@dataclass(frozen=True, slots=True)
class Environment:
    """The moment of a step. `deadlines` gives for each key the first instant that is late, or None.

    By the `calendar` working days are counted; without one every day is. `opened_at` is for the timer that is
    being worked out: when the step was opened that it hangs on.
    """

    now: datetime
    zone: ZoneInfo
    deadlines: Mapping[str, datetime | None] = field(default_factory=dict[str, datetime | None])
    calendar: WorkingCalendar | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Begin an instance with these values. `instance` prefixes its task ids; random when empty."""

    data: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Complete:
    """Somebody has done this task, with these values for the conditions behind it."""

    task_id: str
    values: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])


@dataclass(frozen=True, slots=True)
class Fire:
    """The instant of this timer has come."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Receive:
    """A message has come, for example `withdraw`."""

    message: str


@dataclass(frozen=True, slots=True)
class Redate:
    """The deadlines have changed: work out the timers of the open steps again, fired ones too."""


Command: TypeAlias = Start | Complete | Fire | Receive | Redate


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits. `id` is the same in every step until it closes, and unique everywhere."""

    id: str
    element_id: str
    name: str
    lane: str | None
    role: str
    form: str
    deadline: str | None
    reminders: str | None
    act: str


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A timer that waits. `due_at` is None while its deadline has no date.

    `attached_to` is the step on whose border it waits, "" for one on the path itself.
    """

    task_id: str
    element_id: str
    due_at: datetime | None
    interrupting: bool
    attached_to: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened during the step, in order.

    `params`: `notice` has `notify` and `template`; `timer_fired` has `attached_to`; `message_received`
    has `message` and `attached_to`; the others have none.
    """

    kind: Literal["opened", "completed", "cancelled", "timer_fired", "notice", "message_received", "ended"]
    element_id: str
    name: str
    task_id: str | None
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ending:
    """The end event that the main path reached."""

    element_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """The process at rest, and what happened on the way there.

    `waited` are the timers that waited before the command; `timers` those that wait now.
    """

    state: bytes
    open_tasks: tuple[OpenTask, ...]
    timers: tuple[TimerDue, ...]
    ended: Ending | None
    events: tuple[Event, ...]
    waited: tuple[TimerDue, ...] = ()
