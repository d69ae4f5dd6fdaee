"""The folders of the inbox: what lies in each, in the order somebody wants, and how much of it.

Every folder is a union of parts that exclude each other. Each part reads the head of one partial index, so
a folder costs the same however many tasks are open. Statements are built once for each shape: building
one takes longer than running it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload

from service.domain.queues import NOBODY, Ordering, Sort, SortKey, Wanted
from service.domain.tasks import SOON_AFTER, Act, Folder
from service.domain.words import search_key
from service.store.tables import CandidateGroup, Dossier, Organisation, Round, Snooze, UserTask
from service.store.tables.columns import Instant
from service.store.work import Work

COUNT_CAP = 1000
"""A folder's count stops here: "1000+" says enough, and a count never grows with the database."""
SORTED_CAP = 1000
"""Another order than a folder's own is one of this many tasks: those with the nearest deadlines."""
LAST_DAY = timedelta(days=1)
"""A snooze hides nothing any more when its last permitted day has begun."""

Value = datetime | str | int
"""What a row has under a key of an order."""


@dataclass(frozen=True, slots=True)
class Place:
    """Right behind a row of a folder: what it has under each key of the order, and its id."""

    values: tuple[Value, ...]
    task_id: int


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


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of an order: how the database reads it, and how it is read from a row."""

    column: Any
    of: Callable[[UserTask], Value]


_me, _now = bindparam("me", type_=Integer), bindparam("now", type_=UserTask.sort_at.type)
_shown_from = bindparam("shown_from", type_=UserTask.sort_at.type)
_soon = bindparam("soon", type_=UserTask.sort_at.type)
_cap, _limit = bindparam("cap", type_=Integer), bindparam("limit", type_=Integer)
_groups, _holders = bindparam("groups", expanding=True), bindparam("holders", expanding=True)

_RANKS = {act.value: f"{at:02d}" for at, act in enumerate(Act)}
"""Steps are ordered as acts follow each other on the way of a dossier."""
_STEP = case(_RANKS, value=UserTask.act, else_="99").concat(UserTask.element_id)
_KEYS: Mapping[SortKey, _Key] = {
    SortKey.DEADLINE: _Key(UserTask.sort_at, lambda task: task.sort_at),
    SortKey.UNIT: _Key(Organisation.sort_key, lambda task: task.dossier.unit.sort_key),
    SortKey.STEP: _Key(_STEP, lambda task: _RANKS.get(task.act, "99") + task.element_id),
    SortKey.CODE: _Key(Dossier.code, lambda task: task.dossier.code),
    SortKey.OPENED: _Key(UserTask.opened_at, lambda task: task.opened_at),
}
_CLOSED = _Key(UserTask.closed_at, lambda task: task.closed_at or task.sort_at)
_NEAREST, _LATEST_DEADLINE = Ordering(SortKey.DEADLINE), Ordering(SortKey.DEADLINE, descending=True)
_OWN_ORDER: Mapping[Folder, Sort] = {Folder.WAITING: (Ordering(SortKey.OPENED),)}
"""Where a folder is not read nearest deadline first: what somebody waits for the longest comes first."""


def listing(
    work: Work, reader: Reader, wanted: Wanted, limit: int, after: Place | None = None
) -> list[UserTask]:
    """The tasks of a folder that fit its filters, in the order wanted, behind a place.

    Folders are read nearest deadline first, `done` newest first. In any other order come the first
    SORTED_CAP of them.
    """
    given = _filters(wanted)
    statement = _listing(
        wanted.folder, wanted.sort, reader.shape, frozenset(given), goes_on=after is not None
    )
    values = _standing(work, reader) | given | {"limit": limit, "cap": SORTED_CAP}
    if after is not None:
        values |= {f"after_{number}": value for number, value in enumerate(after.values)}
        values["after_id"] = after.task_id
    return list(work.session.scalars(statement, values))


def place_of(task: UserTask, wanted: Wanted) -> Place:
    """The place right behind a task of a folder."""
    keys = [key for key, _ in _order(wanted.folder, wanted.sort)]
    return Place(tuple(key.of(task) for key in keys), task.id)


def kinds_of_place(wanted: Wanted) -> list[type[datetime | str]]:
    """What kind of value a place in a folder has under each key of its order."""
    return [
        datetime if isinstance(key.column.type, Instant) else str
        for key, _ in _order(wanted.folder, wanted.sort)
    ]


def counts(work: Work, reader: Reader) -> dict[Folder, int]:
    """How many tasks lie in each folder, in one query; capped at COUNT_CAP."""
    values = _standing(work, reader) | {"cap": COUNT_CAP}
    rows = work.session.execute(_counting(reader.shape), values)
    return {Folder(row.folder): int(row.number) for row in rows}


def _standing(work: Work, reader: Reader) -> dict[str, Any]:
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


def _filters(wanted: Wanted) -> dict[str, Any]:
    given = {
        "text": _like(search_key(wanted.text)) if search_key(wanted.text) else None,
        "act": wanted.act.value if wanted.act else None,
        "round": wanted.round_id,
        "unit": wanted.unit_id,
        "holder": wanted.holder_id if wanted.holder_id != NOBODY else None,
        "nobody": True if wanted.holder_id == NOBODY else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _like(text: str) -> str:
    escaped = text.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{escaped}%"


@lru_cache(maxsize=64)
def _counting(shape: Shape) -> Any:
    counted: list[Any] = []
    for which in Folder:
        heads = [part.limit(_cap).subquery() for part in _parts(which, shape)]
        capped = union_all(*(select(head.c.id) for head in heads)).limit(_cap).subquery()
        counted.append(
            select(literal(which.value).label("folder"), func.count().label("number")).select_from(capped)
        )
    return union_all(*counted)


@lru_cache(maxsize=512)
def _listing(
    which: Folder, sort: Sort, shape: Shape, filters: frozenset[str], *, goes_on: bool
) -> Select[UserTask]:
    """The statement of one shape. What is not read in a folder's own order is cut before it is sorted."""
    order = _order(which, sort)
    clauses = [_directed(key.column, down=down) for key, down in order]
    clauses.append(_directed(UserTask.id, down=order[0][1]))
    behind = [_behind(order)] if goes_on else []
    walks = _is_own_order(which, sort)
    heads: list[Any] = []
    for part in _parts(which, shape):
        head = _filtered(part, filters)
        if walks:
            heads.append(head.where(*behind).order_by(*clauses).limit(_limit).subquery())
        else:
            heads.append(head.order_by(*_cut_by(which, sort)).limit(_cap).subquery())
    ids = union_all(*(select(head.c.id) for head in heads))
    return (
        select(UserTask)
        .join(UserTask.dossier)
        .join(Dossier.unit)
        .options(
            contains_eager(UserTask.dossier).contains_eager(Dossier.unit),
            contains_eager(UserTask.dossier)
            .joinedload(Dossier.round, innerjoin=True)
            .joinedload(Round.locality, innerjoin=True),
            joinedload(UserTask.group, innerjoin=True).joinedload(
                CandidateGroup.organisation, innerjoin=True
            ),
            joinedload(UserTask.assignee),
        )
        .where(UserTask.id.in_(ids), *behind)
        .order_by(*clauses)
        .limit(_limit)
    )


def _order(which: Folder, sort: Sort) -> list[tuple[_Key, bool]]:
    """The keys of an order, each with whether it descends."""
    if which is Folder.DONE and not sort:
        return [(_CLOSED, True)]
    return [(_KEYS[one.key], one.descending) for one in sort or _OWN_ORDER.get(which, (_NEAREST,))]


def _is_own_order(which: Folder, sort: Sort) -> bool:
    """Whether an index of the folder's parts has this very order."""
    if which in {Folder.WAITING, Folder.SNOOZED}:
        return False
    return not sort or (which is not Folder.DONE and sort in {(_NEAREST,), (_LATEST_DEADLINE,)})


def _cut_by(which: Folder, sort: Sort) -> tuple[ColumnElement[Any], ...]:
    """Which tasks are the ones to be sorted, where there are too many."""
    if which is Folder.DONE:
        return UserTask.closed_at.desc(), UserTask.id.desc()
    if which is Folder.WAITING:
        return ()  # The part itself starts with what has been waited for the longest.
    down = bool(sort) and sort[0] == _LATEST_DEADLINE
    return _directed(UserTask.sort_at, down=down), _directed(UserTask.id, down=down)


def _directed(column: Any, *, down: bool) -> ColumnElement[Any]:
    return column.desc() if down else column.asc()


def _behind(order: Sequence[tuple[_Key, bool]]) -> ColumnElement[bool]:
    """What is true of the rows behind a place."""
    keys = [(key.column, down) for key, down in order] + [(UserTask.id, order[0][1])]
    names = [f"after_{number}" for number in range(len(order))] + ["after_id"]
    places = [bindparam(name, type_=column.type) for name, (column, _) in zip(names, keys, strict=True)]
    if len({down for _, down in keys}) == 1:  # A row of values, which an index can find.
        row, place = tuple_(*(column for column, _ in keys)), tuple_(*places)
        return row < place if keys[0][1] else row > place
    choices: list[ColumnElement[bool]] = []
    for number, (column, down) in enumerate(keys):
        same = [other == place for (other, _), place in zip(keys[:number], places, strict=False)]
        choices.append(and_(*same, column < places[number] if down else column > places[number]))
    return or_(*choices)


def _filtered(part: Select[int], filters: frozenset[str]) -> Select[int]:
    """A part with the filters of one shape."""
    conditions: list[ColumnElement[bool]] = []
    if "text" in filters:
        text = bindparam("text", type_=Text)
        conditions.append(
            or_(Dossier.search_key.like(text, escape="/"), Dossier.reasons_key.like(text, escape="/"))
        )
    if "round" in filters:
        conditions.append(Dossier.round_id == bindparam("round"))
    if "unit" in filters:
        conditions.append(Dossier.unit_id == bindparam("unit"))
    if conditions:
        part = part.join(Dossier, Dossier.id == UserTask.dossier_id)
    if "act" in filters:
        conditions.append(UserTask.act == bindparam("act"))
    if "holder" in filters:
        conditions.append(UserTask.assignee_id == bindparam("holder"))
    if "nobody" in filters:
        conditions.append(UserTask.assignee_id.is_(None))
    return part.where(*conditions)


def _parts(which: Folder, shape: Shape) -> list[Select[int]]:
    parts = _own_parts(which, shape) if which is not Folder.OFFICE else _led_parts(shape.led)
    return parts or [select(UserTask.id).where(false())]


def _led_parts(groups: int) -> list[Select[int]]:
    """What lies open in the offices that the reader leads, in somebody's hands or in nobody's."""
    is_open = UserTask.closed_at.is_(None)
    return [
        select(UserTask.id).where(is_open, UserTask.group_id == bindparam(f"led_{number}"))
        for number in range(groups)
    ]


def _own_parts(which: Folder, shape: Shape) -> list[Select[int]]:
    """Statements of which each task of a folder is in exactly one. Each has one index to read: a folder
    of several groups is read group by group."""
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
            parts = [
                ids.where(returned, UserTask.returned_by_group_id == bindparam(f"group_{number}"), awake)
                for number in range(shape.groups)
            ]
            parts += [ids.where(returned, one, not_(by_us), awake) for one in of_group]
            return parts
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


def _waiting() -> Select[int]:
    """The open step of each dossier that the actor has sent on and that has not come back to them.

    What only asks the head about a late step is no step of the way.
    """
    sent, later, here, beside = (aliased(UserTask) for _ in range(4))
    newer = select(later.id).where(
        later.dossier_id == sent.dossier_id,
        later.closed_by_id == _me,
        later.awaited_since.is_not(None),
        later.id > sent.id,
    )
    in_hand = select(here.id).where(
        here.dossier_id == sent.dossier_id,
        here.closed_at.is_(None),
        here.act != Act.ACKNOWLEDGE.value,
        or_(here.assignee_id.in_(_holders), and_(here.assignee_id.is_(None), here.group_id.in_(_groups))),
    )
    first = select(beside.id).where(
        beside.dossier_id == sent.dossier_id,
        beside.closed_at.is_(None),
        beside.act != Act.ACKNOWLEDGE.value,
        beside.id < UserTask.id,
    )
    return (
        select(UserTask.id)
        .select_from(sent)
        .join(UserTask, UserTask.dossier_id == sent.dossier_id)
        .where(
            UserTask.closed_at.is_(None),
            UserTask.act != Act.ACKNOWLEDGE.value,
            sent.closed_by_id == _me,
            sent.awaited_since.is_not(None),
            not_(newer.exists()),
            not_(in_hand.exists()),
            not_(first.exists()),
        )
        .order_by(sent.awaited_since, sent.id)
    )
