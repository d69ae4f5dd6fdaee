"""Queries that look for broken invariants."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, except_, exists, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from service.domain.incidents import IncidentKind
from service.store.mails import of_status
from service.store.tables import (
    Attachment,
    Dossier,
    FormFile,
    HistoryStep,
    Incident,
    Opinion,
    OutgoingMail,
    Person,
    ProcessInstance,
    Reminder,
    SearchWord,
    Substitution,
    Timer,
    UserTask,
)
from service.store.tables.search_words import FINDABLE
from service.store.work import Work

MOST = 100
"""No report needs more examples of one fault."""


def duplicates(work: Work) -> dict[str, list[tuple[str, int]]]:
    """Rows that must be unique and are not: (where, how often) by invariant."""
    return {
        "outbox keys are unique": _repeated(work, OutgoingMail.key),
        "a timer fires once": _repeated(work, Timer.engine_task_id),
        "history positions are unique": _repeated(work, HistoryStep.dossier_id, HistoryStep.position),
    }


def stale_sending(work: Work) -> list[str]:
    """Mails that a sender took and neither sent nor gave back before its lease ended."""
    keys = work.session.scalars(
        select(OutgoingMail.key).where(of_status("sending"), OutgoingMail.lease_until < work.now).limit(MOST)
    )
    return list(keys)


def timers_told_otherwise(work: Work) -> list[str]:
    """Dossiers whose history tells of more or fewer deadlines that passed than timers have fired."""
    fired = select(Timer.dossier_id, literal(1).label("one")).where(Timer.fired_at.is_not(None))
    told = select(HistoryStep.dossier_id, literal(-1).label("one")).where(
        HistoryStep.kind == "deadline_passed"
    )
    both = union_all(fired, told).subquery()
    wrong = (
        select(both.c.dossier_id)
        .group_by(both.c.dossier_id)
        .having(func.sum(both.c.one) != 0)
        .order_by(both.c.dossier_id)
        .limit(MOST)
    )
    return [f"dossier {dossier_id}" for dossier_id in work.session.scalars(wrong)]


def unsent_reminders(work: Work) -> list[str]:
    """Reminders of deadlines that fired and left neither a mail nor an incident that nobody hears them."""
    # As sets: no index of the outbox begins with the task, and SQLite would read it whole for every reminder.
    told = (Reminder.task_id, Reminder.rule_key, Reminder.deadline_date)
    fired = select(*told).where(Reminder.fired_at.is_not(None), Reminder.opinion_id.is_(None))
    mailed = select(OutgoingMail.task_id, OutgoingMail.rule_key, OutgoingMail.deadline_date)
    unmailed = except_(fired, mailed).subquery()
    unheard = exists().where(
        Incident.kind == IncidentKind.UNHEARD_REMINDER.value,
        Incident.dossier_id == UserTask.dossier_id,
        Incident.detail == Reminder.rule_key,
    )
    found = (
        select(Reminder.id)
        .join(unmailed, and_(*(column == unmailed.c[column.key] for column in told)))
        .join(UserTask, UserTask.id == Reminder.task_id)
        .where(not_(unheard))
        .order_by(Reminder.id)
        .limit(MOST)
    )
    return [f"reminder {reminder_id}" for reminder_id in work.session.scalars(found)]


def mails_of_nothing(work: Work) -> list[str]:
    """Mails about a dossier, a task, a question or an absence that is not there, to nobody, or about a task
    of another dossier than they say: the outbox has no foreign keys (ADR 27).
    """
    lost = or_(
        and_(OutgoingMail.dossier_id.is_not(None), Dossier.id.is_(None)),
        and_(OutgoingMail.task_id.is_not(None), UserTask.id.is_(None)),
        and_(OutgoingMail.opinion_id.is_not(None), Opinion.id.is_(None)),
        and_(OutgoingMail.substitution_id.is_not(None), Substitution.id.is_(None)),
        Person.id.is_(None),
        UserTask.dossier_id != OutgoingMail.dossier_id,
    )
    keys = work.session.scalars(
        select(OutgoingMail.key)
        .outerjoin(OutgoingMail.dossier)
        .outerjoin(OutgoingMail.task)
        .outerjoin(OutgoingMail.recipient)
        .outerjoin(Opinion, Opinion.id == OutgoingMail.opinion_id)
        .outerjoin(Substitution, Substitution.id == OutgoingMail.substitution_id)
        .where(lost)
        .order_by(OutgoingMail.id)
        .limit(MOST)
    )
    return list(keys)


def wrongly_awaited(work: Work) -> list[str]:
    """Completed tasks whose dossier nobody waits for though it runs, or somebody though it has ended."""
    running = ProcessInstance.ended.is_(False)
    lost = and_(running, UserTask.closed_by_id.is_not(None), UserTask.awaited_since.is_(None))
    left = and_(not_(running), UserTask.awaited_since.is_not(None))
    found = (
        select(UserTask.id)
        .join(ProcessInstance, ProcessInstance.dossier_id == UserTask.dossier_id)
        .where(or_(lost, left))
        .order_by(UserTask.id)
        .limit(MOST)
    )
    return [f"task {task_id}" for task_id in work.session.scalars(found)]


def findable(work: Work, kind: type[Any], after: int, limit: int) -> list[tuple[Any, set[str]]]:
    """Rows of a kind with ids above `after`, each with the words by which it is found."""
    rows = list(work.session.scalars(select(kind).where(kind.id > after).order_by(kind.id).limit(limit)))
    kept: dict[int, set[str]] = {row.id: set() for row in rows}
    written = work.session.execute(
        select(SearchWord.subject_id, SearchWord.word).where(
            SearchWord.subject == FINDABLE[kind].subject, SearchWord.subject_id.in_(list(kept))
        )
    )
    for subject_id, word in written:
        kept[subject_id].add(word)
    return [(row, kept[row.id]) for row in rows]


def words_of_nothing(work: Work, kind: type[Any]) -> list[str]:
    """Rows of a kind that are gone while their words are not."""
    left = work.session.scalars(
        select(SearchWord.subject_id)
        .where(SearchWord.subject == FINDABLE[kind].subject, SearchWord.subject_id.not_in(select(kind.id)))
        .distinct()
        .limit(MOST)
    )
    return [f"{kind.__tablename__} {subject_id}" for subject_id in left]


def every_attachment(work: Work) -> Iterator[Attachment]:
    """All attachments ever taken in, removed ones too."""
    yield from work.session.scalars(select(Attachment).order_by(Attachment.id)).yield_per(500)


def every_form_file(work: Work) -> Iterator[FormFile]:
    """All files ever put into forms, removed ones too."""
    yield from work.session.scalars(select(FormFile).order_by(FormFile.id)).yield_per(500)


def _repeated(work: Work, *columns: InstrumentedAttribute[object]) -> list[tuple[str, int]]:
    rows = work.session.execute(
        select(*columns, func.count()).group_by(*columns).having(func.count() > 1).limit(MOST)
    )
    return [(":".join(str(part) for part in row[:-1]), int(row[-1])) for row in rows]
