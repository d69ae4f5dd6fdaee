"""The folders of the inbox: what lies in each, in the order somebody wants, and how much of it.

What a folder is, `folder_parts` says; here it is filtered, put in order, cut and counted. Statements are
built once for each shape: building one takes longer than running it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import defer, joinedload, load_only

from service.domain.queues import NOBODY, Ordering, Sort, SortKey, Wanted
from service.domain.searches import MOST_WORDS
from service.domain.tasks import Act, Folder
from service.domain.words import search_key
from service.store import many, opinions, views
from service.store.folder_parts import WAITED_SINCE, Reader, Shape, parts, sent_with, standing
from service.store.tables import CandidateGroup, Dossier, Organisation, Person, Round, UserTask
from service.store.tables.columns import Instant
from service.store.work import Work

SORTED_CAP = 1000
"""Another order than a folder's own is one of this many tasks: those with the nearest deadlines."""

Value = datetime | str | int
"""What a row has under a key of an order."""


_ASKED, _VIEWS = "asked", "views"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks lie in each folder, counted to `Folder.counted_to`; how many opinions are asked, and how
    many views there are to choose from."""

    folders: dict[Folder, int]
    asked: int
    views: int


@dataclass(frozen=True, slots=True)
class Place:
    """Right behind a row of a folder: what it has under each key of the order, and its id.

    What somebody waits for is in the order in which they sent it on: its place is that of the task with
    which they did.
    """

    values: tuple[Value, ...]
    task_id: int


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of an order: how the database reads it, and how it is read from a row."""

    column: Any
    of: Callable[[UserTask], Value]
    of_dossier: bool = False


_cap, _limit = bindparam("cap", type_=Integer), bindparam("limit", type_=Integer)

_RANKS = {act.value: f"{at:02d}" for at, act in enumerate(Act)}
"""Steps are ordered as acts follow each other on the way of a dossier."""
_STEP = case(_RANKS, value=UserTask.act, else_="99").concat(UserTask.element_id)
_KEYS: Mapping[SortKey, _Key] = {
    SortKey.DEADLINE: _Key(UserTask.sort_at, lambda task: task.sort_at),
    SortKey.UNIT: _Key(Organisation.sort_key, lambda task: task.dossier.unit.sort_key, of_dossier=True),
    SortKey.STEP: _Key(_STEP, lambda task: _RANKS.get(task.act, "99") + task.element_id),
    SortKey.CODE: _Key(Dossier.code, lambda task: task.dossier.code, of_dossier=True),
    SortKey.OPENED: _Key(UserTask.opened_at, lambda task: task.opened_at),
}
_CLOSED = _Key(UserTask.closed_at, lambda task: task.closed_at or task.sort_at)
_NEAREST, _LATEST_DEADLINE = Ordering(SortKey.DEADLINE), Ordering(SortKey.DEADLINE, descending=True)
_WAITED = _Key(WAITED_SINCE[0], lambda task: task.awaited_since or task.sort_at)


def listing(
    work: Work, reader: Reader, wanted: Wanted, limit: int, after: Place | None = None
) -> list[UserTask]:
    """The tasks of a folder that fit its filters, in the order wanted, behind a place.

    Folders are read nearest deadline first, `done` newest first, `waiting` in the order of having been sent
    on. In any other order come the first SORTED_CAP of them: `is_cut` says whether there are more.
    """
    ids = _ids(work, reader, wanted, limit, SORTED_CAP, after)
    if not ids:
        return []
    asked = many.listed(many.joined(ids), on_postgresql=work.on_postgresql)
    rows = work.session.scalars(_rows(on_postgresql=work.on_postgresql), {"ids": asked})
    found = {task.id: task for task in rows}
    return [found[task_id] for task_id in ids]


def every_id(work: Work, reader: Reader, wanted: Wanted, limit: int) -> list[int]:
    """All tasks of a folder that fit, in the order wanted, up to a limit: for what may take its time."""
    return _ids(work, reader, wanted, limit, limit)


def is_cut(work: Work, reader: Reader, wanted: Wanted) -> bool:
    """Whether more tasks fit than are put in the order wanted, so that some are on no page."""
    if _is_own_order(wanted.folder, wanted.sort):
        return False
    given = _filters(wanted)
    statement = _measuring(wanted.folder, reader.shape, frozenset(given))
    values = standing(work, reader) | given | {"cap": SORTED_CAP + 1}
    return any(number > SORTED_CAP for number in work.session.scalars(statement, values))


def place_of(work: Work, reader: Reader, task: UserTask, wanted: Wanted) -> Place:
    """The place right behind a task of a folder."""
    if _is_sent_order(wanted.folder, wanted.sort):
        since, sent_id = work.session.execute(sent_with(task), {"me": reader.person_id}).one()
        return Place((since or task.opened_at,), sent_id)
    keys = [key for key, _ in _order(wanted.folder, wanted.sort)]
    return Place(tuple(key.of(task) for key in keys), task.id)


def kinds_of_place(wanted: Wanted) -> list[type[datetime | str]]:
    """What kind of value a place in a folder has under each key of its order."""
    return [
        datetime if isinstance(key.column.type, Instant) else str
        for key, _ in _order(wanted.folder, wanted.sort)
    ]


def counts(work: Work, reader: Reader, offices: Collection[int]) -> Counts:
    """What every page of the inbox counts, in one query; `offices` are those in which the reader sits."""
    asked = opinions.asked_of(reader.person_id, offices) | views.asked_by(reader.person_id, offices)
    values = standing(work, reader) | asked
    values |= {f"{which}_to": which.counted_to for which in Folder}
    numbers = {row.counted: int(row.number) for row in work.session.execute(_counting(reader.shape), values)}
    return Counts({which: numbers[which.value] for which in Folder}, numbers[_ASKED], numbers[_VIEWS])


def _ids(
    work: Work, reader: Reader, wanted: Wanted, limit: int, cap: int, after: Place | None = None
) -> list[int]:
    given = _filters(wanted)
    statement = _listing(
        wanted.folder, wanted.sort, reader.shape, frozenset(given), goes_on=after is not None
    )
    values = standing(work, reader) | given | {"limit": limit, "cap": cap}
    if after is not None:
        values |= {f"after_{number}": value for number, value in enumerate(after.values)}
        values["after_id"] = after.task_id
    return list(work.session.scalars(statement, values))


@cache
def _rows(*, on_postgresql: bool) -> Select[UserTask]:
    """The rows of a page, however many: one statement, of which PostgreSQL keeps its plan.

    It joins eight tables: of more than that PostgreSQL would take long to think. Of most of them a list
    shows a name or two; what else is asked of a row is read by itself.
    """
    office = load_only(
        Organisation.locality_id,
        Organisation.key,
        Organisation.function,
        Organisation.name_vi,
        Organisation.name_en,
        Organisation.sort_key,
    )
    return (
        select(UserTask)
        .where(many.asked(UserTask.id, "ids", on_postgresql=on_postgresql))
        .options(
            joinedload(UserTask.dossier, innerjoin=True).options(
                defer(Dossier.search_key),
                defer(Dossier.reasons_key),
                defer(Dossier.head_digest),
                joinedload(Dossier.unit, innerjoin=True).options(office),
                joinedload(Dossier.round, innerjoin=True).options(
                    load_only(
                        Round.locality_id,
                        Round.key,
                        Round.kind,
                        Round.year,
                        Round.name_vi,
                        Round.name_en,
                        Round.process_key,
                    ),
                    joinedload(Round.locality, innerjoin=True),
                ),
            ),
            joinedload(UserTask.assignee).options(load_only(Person.name)),
            joinedload(UserTask.group, innerjoin=True)
            .joinedload(CandidateGroup.organisation, innerjoin=True)
            .options(office),
        )
    )


def _filters(wanted: Wanted) -> dict[str, Any]:
    # Every word must be found, wherever it stands: "cang thon" finds Thôn Phú Cang.
    words = list(dict.fromkeys(search_key(wanted.text).split()))[:MOST_WORDS]
    given = {
        **{f"text_{number}": _like(word) for number, word in enumerate(words)},
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
        # In order, lest PostgreSQL look for any thousand of them by walking the whole table.
        cap = bindparam(f"{which}_to", type_=Integer)
        heads = [part.order_by(*_cut_by(which, ())).limit(cap).subquery() for part in parts(which, shape)]
        capped = union_all(*(select(head.c.id) for head in heads)).limit(cap).subquery()
        counted.append(
            select(literal(which.value).label("counted"), func.count().label("number")).select_from(capped)
        )
    beside = {_ASKED: opinions.NUMBER_WAITING, _VIEWS: views.NUMBER_SEEN}
    for name, number in beside.items():
        counted.append(select(literal(name).label("counted"), number.scalar_subquery().label("number")))
    return union_all(*counted)


@lru_cache(maxsize=64)
def _measuring(which: Folder, shape: Shape, filters: frozenset[str]) -> Any:
    """How many tasks each part holds, counted no further than to the cap."""
    heads = [
        _filtered(part, filters).order_by(*_cut_by(which, ())).limit(_cap).subquery()
        for part in parts(which, shape)
    ]
    return union_all(*(select(func.count()).select_from(head) for head in heads))


@lru_cache(maxsize=512)
def _listing(
    which: Folder, sort: Sort, shape: Shape, filters: frozenset[str], *, goes_on: bool
) -> Select[int]:
    """The ids of a page, as a statement of one shape. What is not read in a folder's own order is cut, then
    sorted."""
    order = _order(which, sort)
    clauses = [_directed(key.column, down=down) for key, down in order]
    clauses.append(_directed(UserTask.id, down=order[0][1]))
    if _is_sent_order(which, sort):
        part = _filtered(_the_only(parts(which, shape)), filters).limit(_limit)
        return part.where(_behind(order, WAITED_SINCE[1])) if goes_on else part
    behind = [_behind(order, UserTask.id)] if goes_on else []
    walks = _is_own_order(which, sort)
    heads: list[Any] = []
    for part in parts(which, shape):
        head = _filtered(part, filters)
        if walks:
            heads.append(head.where(*behind).order_by(*clauses).limit(_limit).subquery())
        else:
            heads.append(head.order_by(*_cut_by(which, sort)).limit(_cap).subquery())
    ids = union_all(*(select(head.c.id) for head in heads)).subquery()
    page = select(UserTask.id).select_from(ids).join(UserTask, UserTask.id == ids.c.id)
    if any(key.of_dossier for key, _ in order):
        page = page.join(UserTask.dossier).join(Dossier.unit)
    return page.where(*behind).order_by(*clauses).limit(_limit)


def _order(which: Folder, sort: Sort) -> list[tuple[_Key, bool]]:
    """The keys of an order, each with whether it descends."""
    if which is Folder.DONE and not sort:
        return [(_CLOSED, True)]
    if _is_sent_order(which, sort):
        return [(_WAITED, False)]
    return [(_KEYS[one.key], one.descending) for one in sort or (_NEAREST,)]


def _is_sent_order(which: Folder, sort: Sort) -> bool:
    return which is Folder.WAITING and not sort


def _the_only(statements: Sequence[Select[int]]) -> Select[int]:
    (found,) = statements
    return found


def _is_own_order(which: Folder, sort: Sort) -> bool:
    """Whether an index of the folder's parts has this very order."""
    if which is Folder.SNOOZED or (which is Folder.WAITING and sort):
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


def _behind(order: Sequence[tuple[_Key, bool]], last: Any) -> ColumnElement[bool]:
    """What is true of the rows behind a place; `last` is the column that tells equal ones apart."""
    keys = [(key.column, down) for key, down in order] + [(last, order[0][1])]
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
    for name in sorted(name for name in filters if name.startswith("text_")):
        word = bindparam(name, type_=Text)
        conditions.append(
            or_(Dossier.search_key.like(word, escape="/"), Dossier.reasons_key.like(word, escape="/"))
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
