"""Many ids or rows, handed over as one parameter however many they are."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Insert,
    String,
    Table,
    any_,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from service.store.work import Work

Ids = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


def one_of(work: Work, column: Ids, ids: Sequence[int]) -> ColumnElement[bool]:
    """A column is one of some ids."""
    return written(work, column, joined(ids))


def joined(ids: Sequence[int]) -> str:
    """Ids as text with commas between them."""
    return ",".join(map(str, ids))


def written(work: Work, column: Ids, ids: str) -> ColumnElement[bool]:
    """The same for ids that are `joined` already: no driver need look at each."""
    given = literal(listed(ids, on_postgresql=work.on_postgresql))
    return _among(column, given, on_postgresql=work.on_postgresql)


def asked(column: Ids, name: str, *, on_postgresql: bool) -> ColumnElement[bool]:
    """The same in a statement that is built once: `listed` makes the value of the parameter `name`."""
    return _among(column, bindparam(name, type_=String), on_postgresql=on_postgresql)


def listed(ids: str, *, on_postgresql: bool) -> str:
    """Joined ids as the database reads a list of them."""
    return f"{{{ids}}}" if on_postgresql else f"[{ids}]"


def _among(column: Ids, given: ColumnElement[str], *, on_postgresql: bool) -> ColumnElement[bool]:
    if on_postgresql:
        return column == any_(cast(given, ARRAY(BigInteger)))
    each = func.json_each(given).table_valued("value")
    return column.in_(select(each.c.value))


def write(work: Work, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Writes new rows of plain values, all with the same columns; none is fine.

    PostgreSQL takes longer to be told of each row than to write it: it gets one statement with all of them.
    """
    if not rows:
        return
    if work.on_postgresql:
        work.session.execute(_writing(table, tuple(rows[0])), {"rows": json.dumps(rows, default=_as_text)})
    else:
        work.session.execute(insert(table), rows)


@cache
def _writing(table: Table, names: tuple[str, ...]) -> Insert:
    given = func.json_to_recordset(cast(bindparam("rows", type_=String), JSON))
    columns = (column(name, table.c[name].type) for name in names)
    told = given.table_valued(*columns, name="told").render_derived(with_types=True)
    return insert(table).from_select(list(names), select(*(told.c[name] for name in names)))


def _as_text(value: object) -> str:
    if isinstance(value, date):  # An instant too.
        return value.isoformat()
    raise TypeError(type(value).__name__)
