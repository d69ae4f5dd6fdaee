"""What lies in the folders of the inbox, as conditions that the database reads from its indexes.

Every folder is a union of parts that exclude each other. Each part reads the head of one partial index, so
a folder costs the same however many tasks are open.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from service.domain.tasks import SOON_AFTER, Act, Folder
from service.store.tables import Snooze, UserTask
from service.store.work import Work

LAST_DAY = timedelta(days=1)
"""A snooze hides nothing any more when its last permitted day has begun."""


_me, _now = bindparam("me", type_=Integer), bindparam("now", type_=UserTask.sort_at.type)
_shown_from = bindparam("shown_from", type_=UserTask.sort_at.type)
_soon = bindparam("soon", type_=UserTask.sort_at.type)
_groups, _holders = bindparam("groups", expanding=True), bindparam("holders", expanding=True)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose inbox is read: the groups that person sits in, those of the offices they lead, and for whom
    they stand in: each with the groups in which they do."""

    person_id: int
    groups: tuple[int, ...]
    led: tuple[int, ...] = ()
    absent: tuple[tuple[int, tuple[int, ...]], ...] = ()

    @property
    def shape(self) -> "Shape":
        """What of it changes a statement."""
        return Shape(len(self.groups), len(self.led), len(self.absent))


@dataclass(frozen=True, slots=True)
class Shape:
    """How many groups and absent people a statement asks about."""

    groups: int
    led: int
    absent: int


def standing(work: Work, reader: Reader) -> dict[str, Any]:
    """What every statement asks about the reader and the time."""
    values = {
        "me": reader.person_id,
        "groups": reader.groups,
        "holders": [reader.person_id, *(person_id for person_id, _ in reader.absent)],
        "now": work.now,
        "soon": work.now + SOON_AFTER,
        "shown_from": work.now + LAST_DAY,
    }
    values |= {f"group_{number}": group for number, group in enumerate(reader.groups)}
    values |= {f"led_{number}": group for number, group in enumerate(reader.led)}
    for number, (person_id, groups) in enumerate(reader.absent):
        values |= {f"absent_{number}": person_id, f"absent_groups_{number}": groups}
    return values


def parts(which: Folder, shape: Shape) -> list[Select[int]]:
    """Statements of which each task of a folder is in exactly one. Each has one index to read: a folder
    of several groups is read group by group."""
    found = _own_parts(which, shape) if which is not Folder.OFFICE else _led_parts(shape.led)
    return found or [select(UserTask.id).where(false())]


def _led_parts(groups: int) -> list[Select[int]]:
    """What lies open in the offices that the reader leads, in somebody's hands or in nobody's."""
    is_open = UserTask.closed_at.is_(None)
    return [
        select(UserTask.id).where(is_open, UserTask.group_id == bindparam(f"led_{number}"))
        for number in range(groups)
    ]


def _own_parts(which: Folder, shape: Shape) -> list[Select[int]]:
    ids = select(UserTask.id)
    is_open = UserTask.closed_at.is_(None)
    of_group = [UserTask.group_id == bindparam(f"group_{number}") for number in range(shape.groups)]
    mine = [and_(is_open, UserTask.assignee_id == _me)] + [
        and_(
            is_open,
            UserTask.assignee_id == bindparam(f"absent_{number}"),
            UserTask.group_id.in_(bindparam(f"absent_groups_{number}", expanding=True)),
        )
        for number in range(shape.absent)
    ]
    mine.append(  # What a colleague works on for the actor, who stays responsible.
        and_(
            is_open,
            UserTask.delegation == literal_column("'pending'"),
            UserTask.owner_id == _me,
            UserTask.assignee_id.not_in(_holders),
        )
    )
    unclaimed = [and_(is_open, UserTask.assignee_id.is_(None), one) for one in of_group]
    awake = _awake()
    match which:
        case Folder.MINE:
            return [ids.where(one, awake) for one in mine]
        case Folder.GROUP:
            return [ids.where(one, awake) for one in unclaimed]
        case Folder.OVERDUE:
            return [ids.where(one, UserTask.sort_at <= _now) for one in mine + unclaimed]
        case Folder.SOON:
            soon = and_(UserTask.sort_at > _now, UserTask.sort_at <= _soon)
            return [ids.where(one, soon, awake) for one in mine + unclaimed]
        case Folder.SUPPLEMENT:
            returned = and_(is_open, UserTask.returned_by_group_id.is_not(None))
            by_us = UserTask.returned_by_group_id.in_(_groups)
            back = [
                ids.where(returned, UserTask.returned_by_group_id == bindparam(f"group_{number}"), awake)
                for number in range(shape.groups)
            ]
            return back + [ids.where(returned, one, not_(by_us), awake) for one in of_group]
        case Folder.WAITING:
            return [_waiting()]
        case Folder.SNOOZED:
            asleep = and_(is_open, UserTask.id.in_(_snoozed()), UserTask.sort_at > _shown_from)
            can_take = and_(UserTask.assignee_id.is_(None), UserTask.group_id.in_(_groups))
            return [ids.where(asleep, or_(UserTask.assignee_id.in_(_holders), can_take))]
        case _:
            return [ids.where(UserTask.closed_by_id == _me, UserTask.closed_at.is_not(None))]


def _snoozed() -> Select[int]:
    return select(Snooze.task_id).where(Snooze.person_id == _me, Snooze.until_at > _now)


def _awake() -> ColumnElement[bool]:
    """Not snoozed by the actor, or so near its deadline that this does not count."""
    return or_(UserTask.sort_at <= _shown_from, UserTask.id.not_in(_snoozed()))


class unindexed(FunctionElement[int]):  # noqa: N801 - it is written like a function
    """A column by whose index nobody is to look: a database does not know how much more another leaves out.

    By who closed a task, all that the actor ever sent on would be read for each dossier of theirs: by SQLite
    always, by PostgreSQL when it keeps one plan for whoever asks.
    """

    inherit_cache = True
    type = Integer()


@compiles(unindexed)
def _sum(element: unindexed, compiler: SQLCompiler, **given: Any) -> str:
    return f"({compiler.process(element.clauses, **given)} + 0)"


SENT = aliased(UserTask, name="sent")
"""The task with which the reader sent a dossier on that they wait for."""
WAITED_SINCE = SENT.awaited_since, SENT.id
"""In this order the part of `Folder.WAITING` is read: an index has it."""


def _waiting() -> Select[int]:
    """The open step of each dossier that the actor has sent on and that has not come back to them.

    What only asks the head about a late step is no step of the way.
    """
    sent, later, here, beside = SENT, *(aliased(UserTask) for _ in range(3))
    newer = select(later.id).where(
        later.dossier_id == sent.dossier_id,
        unindexed(later.closed_by_id) == _me,
        later.awaited_since.is_not(None),
        later.id > sent.id,
    )
    in_hand = select(here.id).where(
        here.dossier_id == sent.dossier_id,
        here.closed_at.is_(None),
        here.act != Act.ACKNOWLEDGE.value,
        or_(here.assignee_id.in_(_holders), and_(here.assignee_id.is_(None), here.group_id.in_(_groups))),
    )
    step = (
        select(beside.id)
        .where(
            beside.dossier_id == sent.dossier_id,
            beside.closed_at.is_(None),
            beside.act != Act.ACKNOWLEDGE.value,
        )
        .order_by(beside.id)
        .limit(1)
    )
    # Each is asked of one dossier after the other, in the order of the index, until the page is full. As
    # joins, which the offsets forbid, PostgreSQL would read every open task first.
    return (
        select(UserTask.id)
        .select_from(sent)
        .join(UserTask, UserTask.id == step.scalar_subquery())
        .where(
            sent.closed_by_id == _me,
            sent.awaited_since.is_not(None),
            not_(newer.offset(0).exists()),
            not_(in_hand.offset(0).exists()),
        )
        .order_by(*WAITED_SINCE)
    )


def sent_with(task: UserTask) -> Select[datetime | None, int]:
    """Since when the reader waits for the dossier of an open task, and with which task they sent it on."""
    return (
        select(SENT.awaited_since, SENT.id)
        .where(SENT.dossier_id == task.dossier_id, SENT.closed_by_id == _me, SENT.awaited_since.is_not(None))
        .order_by(SENT.id.desc())
        .limit(1)
    )
