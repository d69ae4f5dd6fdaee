"""Conditions over many ids, handed over as one parameter however many they are."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, any_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from service.store.work import Work

Ids = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


def one_of(work: Work, column: Ids, ids: Sequence[int]) -> ColumnElement[bool]:
    """A column is one of some ids."""
    return written(work, column, ",".join(map(str, ids)))


def written(work: Work, column: Ids, ids: str) -> ColumnElement[bool]:
    """The same for ids as text with commas between them: no driver need look at each."""
    if work.on_postgresql:
        return column == any_(cast(literal(f"{{{ids}}}"), ARRAY(BigInteger)))
    each = func.json_each(f"[{ids}]").table_valued("value")
    return column.in_(select(each.c.value))
