"""What mails say of people who work together: tasks handed over, opinions asked for, substitutes."""

from typing import Any

from service.domain.labels import Language
from service.domain.mails import MailKind
from service.store import localities, mails, opinions, substitutions
from service.store.tables import Opinion, OutgoingMail
from service.store.work import Work

OF_A_STEP = frozenset({MailKind.ASSIGNED, MailKind.REASSIGNED, MailKind.DELEGATED, MailKind.RESOLVED})
"""Mails that tell one step of a history: who did what with a task, and with which words."""


def of_step(work: Work, row: OutgoingMail) -> dict[str, Any]:
    """Who handed a task over, in whose place, to whom and why."""
    step = mails.step_of(work, row)
    if step is None:
        return {"author": "", "in_place": "", "reason": "", "to": ""}
    return {
        "author": step.person_name,
        "in_place": step.for_name or "",
        "reason": step.reason or "",
        "to": step.params.get("to") or "",
    }


def of_opinion(work: Work, row: OutgoingMail) -> dict[str, Any]:
    """The question, who asks whom, until when, and the answer if there is one."""
    opinion = opinions.get(work, row.opinion_id or 0)
    english = row.recipient.language == Language.ENGLISH
    office = opinion.organisation
    return {
        "asker": opinion.asked_by.name,
        "office": office.name_en if english else office.name_vi,
        "council": opinion.council,
        "question": opinion.question,
        "last_day": opinion.last_day,
        "document": "",
        "section": "",
        "late": opinion.due_at <= work.now,
        **_answered(opinion),
    }


def of_substitution(work: Work, row: OutgoingMail) -> dict[str, Any]:
    """Who stands in for whom, in which roles, from when to when and why."""
    found = substitutions.get(work, row.substitution_id or 0)
    english = row.recipient.language == Language.ENGLISH
    locality_id = found.seats[0].group.organisation.locality_id
    roles = localities.roles(work, locality_id)
    names = [
        f"{roles[seat.group.role].name_en if english else roles[seat.group.role].name_vi}"
        for seat in found.seats
    ]
    return {
        "absent": found.absent.name,
        "substitute": found.substitute.name,
        "first_day": found.first_day,
        "last_day": found.last_day,
        "reason": found.reason,
        "roles": ", ".join(names),
        "ended": found.ended_at is not None,
    }


def _answered(opinion: Opinion) -> dict[str, Any]:
    return {
        "answer": opinion.answer or "",
        "said": opinion.said or "",
        "results": opinion.result["subjects"] if opinion.result else [],
    }
