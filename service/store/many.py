"""Conditions over many ids, handed over as one parameter however many they are."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, String, any_, bindparam, cast, func, literal, select
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
