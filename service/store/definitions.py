"""Queries over deployed diagrams and forms."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from service.domain.errors import NotFound, message
from service.store.tables import Dossier, FormVersion, ProcessDefinition, ProcessInstance, UserTask
from service.store.work import Work


def keys(work: Work) -> list[str]:
    """The keys of all diagrams."""
    return list(
        work.session.scalars(select(ProcessDefinition.key).distinct().order_by(ProcessDefinition.key))
    )


def newest(work: Work, key: str) -> ProcessDefinition | None:
    """The version of a diagram that new dossiers start on."""
    return work.session.scalar(
        select(ProcessDefinition)
        .where(ProcessDefinition.key == key)
        .order_by(ProcessDefinition.version.desc())
        .limit(1)
    )


def get(work: Work, definition_id: int) -> ProcessDefinition:
    """One version of a diagram, with its XML.

    Raises:
        NotFound: when there is none.
    """
    found = work.session.scalar(
        select(ProcessDefinition)
        .where(ProcessDefinition.id == definition_id)
        .options(undefer(ProcessDefinition.xml))
    )
    if found is None:
        raise NotFound(message("There is no diagram with this number."))
    return found


def xml_of(work: Work, definition_id: int) -> bytes:
    """The XML of one version."""
    return work.session.scalars(
        select(ProcessDefinition.xml).where(ProcessDefinition.id == definition_id)
    ).one()


def every(work: Work) -> list[tuple[ProcessDefinition, int]]:
    """All versions of all diagrams, newest first, each with the number of dossiers running on it."""
    running = (
        select(ProcessInstance.definition_id, func.count().label("number"))
        .where(ProcessInstance.ended.is_(False))
        .group_by(ProcessInstance.definition_id)
        .subquery()
    )
    rows = work.session.execute(
        select(ProcessDefinition, func.coalesce(running.c.number, 0))
        .outerjoin(running, running.c.definition_id == ProcessDefinition.id)
        .order_by(ProcessDefinition.key, ProcessDefinition.version.desc())
    )
    return [(definition, int(number)) for definition, number in rows]


def running_on(work: Work, definition_id: int, limit: int, offset: int = 0) -> list[Dossier]:
    """The dossiers that run on one version of a diagram, the newest first."""
    return list(
        work.session.scalars(
            select(Dossier)
            .join(ProcessInstance, ProcessInstance.dossier_id == Dossier.id)
            .where(ProcessInstance.definition_id == definition_id, ProcessInstance.ended.is_(False))
            .options(joinedload(Dossier.round), joinedload(Dossier.unit))
            .order_by(Dossier.id.desc())
            .limit(limit)
            .offset(offset)
        )
    )


def newest_forms(work: Work) -> dict[str, FormVersion]:
    """The newest version of every form, by key."""
    latest = select(FormVersion.key, func.max(FormVersion.version).label("version")).group_by(FormVersion.key)
    newest_of = latest.subquery()
    return {
        form.key: form
        for form in work.session.scalars(
            select(FormVersion).join(
                newest_of,
                (newest_of.c.key == FormVersion.key) & (newest_of.c.version == FormVersion.version),
            )
        )
    }


def newest_form_id(work: Work) -> int:
    """The id of the form version deployed last; 0 before the first."""
    return work.session.scalar(select(func.coalesce(func.max(FormVersion.id), 0))) or 0


def newest_form_ids(work: Work, until: int) -> dict[str, int]:
    """The id of the newest version of every form, by key, as it was when `until` was the last one."""
    rows = work.session.execute(
        select(FormVersion.key, func.max(FormVersion.id))
        .where(FormVersion.id <= until)
        .group_by(FormVersion.key)
    )
    return {str(key): int(form_version_id) for key, form_version_id in rows}


def is_outdated_form(work: Work, form_version_id: int) -> bool:
    """Whether a newer version of the same form has been deployed."""
    mine = work.session.get(FormVersion, form_version_id)
    if mine is None:
        return False
    newer = select(FormVersion.id).where(FormVersion.key == mine.key, FormVersion.version > mine.version)
    return work.session.scalar(newer.limit(1)) is not None


def every_form(work: Work) -> list[tuple[FormVersion, int]]:
    """All versions of all forms, newest first, each with the number of open tasks that opened with it."""
    used = (
        select(UserTask.form_version_id, func.count().label("number"))
        .where(UserTask.closed_at.is_(None))
        .group_by(UserTask.form_version_id)
        .subquery()
    )
    rows = work.session.execute(
        select(FormVersion, func.coalesce(used.c.number, 0))
        .outerjoin(used, used.c.form_version_id == FormVersion.id)
        .order_by(FormVersion.key, FormVersion.version.desc())
    )
    return [(form, int(number)) for form, number in rows]


def form_content(work: Work, form_version_id: int) -> str:
    """The JSON text of one form version."""
    query = select(FormVersion.content).where(FormVersion.id == form_version_id)
    return work.recall(("form", form_version_id), lambda: work.session.scalars(query).one())
