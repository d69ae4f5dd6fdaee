"""Which row a number in an address names: found by the parameter's name, planted where there is none yet.

`<id:feed_id>` names a row of the table whose class is called CalendarFeed, and so on; the row is one that
belongs to the place (by its dossier, task or owner). A new route with a new noun needs nothing here.
"""

import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, select
from sqlalchemy.orm import Session

from service.store.tables import SubmissionNomination, Table
from service.store.work import Work
from tests.functional.access.places import Place

NAMED = {
    "mail_id": "OutgoingMail",
    "extension_id": "DeadlineExtension",
    "definition_id": "ProcessDefinition",
    "file_id": "FormFile",
}
"""Parameters whose noun fits several tables or none."""
NOTHING = 4_000_000_000


def row_of(work: Work, place: Place, parameter: str) -> int:
    """The number of the row of a place that a parameter names, or of one planted there.

    Raises:
        LookupError: when no table, or no single one, fits the name.
    """
    fixed = {"dossier_id": place.dossier_id, "task_id": place.task_id}
    if parameter in fixed:
        return fixed[parameter]
    if parameter not in place.numbers:
        kind = _table_named(parameter)
        place.numbers[parameter] = _found(work, place, kind) or _plant(work, place, kind)
    return place.numbers[parameter]


def _table_named(parameter: str) -> type[Table]:
    kinds = {mapper.class_.__name__: mapper.class_ for mapper in Table.registry.mappers}
    if parameter in NAMED:
        return kinds[NAMED[parameter]]
    noun = "".join(part.title() for part in parameter.removesuffix("_id").split("_"))
    fitting = [noun] if noun in kinds else [name for name in kinds if re.search(rf"(?<=[a-z]){noun}$", name)]
    if len(fitting) != 1:
        raise LookupError(f"<{parameter}> names no single table ({fitting}): say which in {__name__}.NAMED")
    return kinds[fitting[0]]


def _found(work: Work, place: Place, kind: type[Table]) -> int | None:
    """The newest row that belongs to the place; of things that belong to no dossier, any."""
    columns = kind.__table__.columns
    query = select(columns["id"]).order_by(columns["id"].desc())
    if "dossier_id" in columns:
        query = query.where(columns["dossier_id"] == place.dossier_id)
    elif "task_id" in columns:
        query = query.where(columns["task_id"] == place.task_id)
    elif kind.__name__ == "Submission":
        carried = SubmissionNomination.dossier_id == place.dossier_id
        query = query.where(columns["id"].in_(select(SubmissionNomination.submission_id).where(carried)))
    elif kind.__name__ == "Decision":
        nominations = Table.metadata.tables["nominations"].columns
        mine = nominations["dossier_id"] == place.dossier_id
        query = query.where(columns["id"].in_(select(nominations["decision_id"]).where(mine)))
    elif "person_id" in columns:
        query = query.where(columns["person_id"] == _person(work, place))
    found = work.session.scalars(query).first()
    if found is None and kind.__name__ in {"Submission", "Decision", "FormFile", "Opinion"}:
        return NOTHING
    return found


def _person(work: Work, place: Place) -> int:
    people = Table.metadata.tables["people"].columns
    return work.session.scalars(select(people["id"]).where(people["sign_in_name"] == place.owner.value)).one()


def _plant(work: Work, place: Place, kind: type[Table]) -> int:
    """A plain row of a table, hung on the place's dossier, task and owner."""
    given = {
        column.key: _value(work, place, column)
        for column in kind.__table__.columns
        if not (column.primary_key or column.default is not None or column.server_default is not None)
    }
    row = kind(**{_attribute(kind, key): value for key, value in given.items()})
    work.session.add(row)
    work.session.flush()
    return row.id  # type: ignore[attr-defined]


def _attribute(kind: type[Table], column: str) -> str:
    return kind.__mapper__.get_property_by_column(kind.__table__.columns[column]).key  # type: ignore[attr-defined]


def _value(work: Work, place: Place, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        if (found := _referred(work.session, work, place, key)) is not None or column.nullable:
            return found
    if column.nullable:
        return None
    text = "mine" if column.key == "folder" else f"planted-{place.name}"
    plain: dict[type, Any] = {str: text, int: 1, bool: False, bytes: text.encode()}
    plain |= {datetime: work.now, date: work.now.date(), dict: {}, list: []}
    kind: Any = getattr(column.type, "impl_instance", column.type).python_type
    return plain.get(kind, {})


def _referred(session: Session, work: Work, place: Place, key: ForeignKey) -> Any:
    table = key.column.table
    fixed = {"dossiers": place.dossier_id, "user_tasks": place.task_id}
    if table.name in fixed:
        return fixed[table.name]
    if table.name == "people":
        return _person(work, place)
    if key.parent.table is table:
        return None
    query = select(key.column).order_by(key.column)
    if "dossier_id" in table.columns:
        query = query.where(table.columns["dossier_id"] == place.dossier_id)
    return session.scalars(query).first()
