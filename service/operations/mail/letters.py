"""Composing the letters of the outbox, with what is true when they leave."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from service import mail
from service.domain import deadlines as rules
from service.domain.labels import Language
from service.domain.mails import MailKind, is_wanted, may_decline
from service.domain.organisations import Function
from service.mail import Letter
from service.operations import calendars, dues, step_names
from service.operations.mail import collaboration, digests
from service.operations.mail.unsubscribing import Unsubscribing
from service.store import comments, tasks
from service.store.tables import Dossier, OutgoingMail, Person, UserTask
from service.store.work import Work

LONGEST_QUOTE = 500
"""Characters of a comment that a mail quotes; the page has the rest."""


def compose(
    work: Work, row: OutgoingMail, base_url: str, unsubscribing: Unsubscribing | None = None
) -> Letter:
    """The letter of an outbox row, with what is true of its dossier or its reader now.

    Mails that their reader may decline carry an address that does so, where `unsubscribing` can sign it.
    """
    reader = row.recipient
    link, params = _content(work, row, base_url)
    message_id = row.message_id = row.message_id or mail.make_message_id(row.key, base_url)
    declinable = may_decline(row.template)
    return Letter(
        template=row.template,
        language=reader.language,
        to_name=reader.name,
        to_address=reader.email,
        params=params,
        link=link,
        key=row.key,
        message_id=message_id,
        sent_at=work.now,
        unsubscribe=unsubscribing.address(reader.id, row.template) if unsubscribing and declinable else "",
    )


def is_declined(row: OutgoingMail) -> bool:
    """Whether its reader has declined since what waits here; never of what the plan orders."""
    declined = row.recipient.unsubscribed or ()
    if row.template == MailKind.DIGEST:
        return row.recipient.digest_hour is None
    return row.template in declined and not is_wanted(row.template, declined)


def _content(work: Work, row: OutgoingMail, base_url: str) -> tuple[str, dict[str, Any]]:
    """The one page that a letter leads to, and what it tells."""
    if row.template == MailKind.DIGEST:
        return f"{base_url}/inbox/mine", digests.params(work, row.recipient, base_url)
    if row.template == MailKind.PASSWORD_CHANGED:
        changed = row.created_at.astimezone(digests.zone_of(work, row.recipient_id))
        return f"{base_url}/me/password", {"day": changed.date(), "time": f"{changed:%H:%M}"}
    params: dict[str, Any] = {"rule": row.rule_key or ""}
    dossier, task = row.dossier, row.task
    if row.substitution_id is not None:
        return f"{base_url}/people/absences", collaboration.of_substitution(work, row)
    if dossier is None:
        return base_url, params
    params |= _dossier_params(dossier, row.recipient)
    if row.template == MailKind.MENTIONED:
        return _mentioned(work, row, dossier, base_url, params)
    if task is None:
        return f"{base_url}/dossiers/{dossier.id}", params
    params |= _task_params(work, dossier, task, row)
    if row.opinion_id is not None:
        return f"{base_url}/opinions/{row.opinion_id}", params | collaboration.of_opinion(work, row)
    if row.template in collaboration.OF_A_STEP:
        params |= collaboration.of_step(work, row)
    return f"{base_url}/tasks/{task.id}", params


def _mentioned(
    work: Work, row: OutgoingMail, dossier: Dossier, base_url: str, params: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The comment as it stands now; nothing of one that was removed or calls the reader no more."""
    link = f"{base_url}/dossiers/{dossier.id}/comments"
    comment = comments.of_mail(work, row.id)
    if comment is None or comment.removed_at is not None:
        return link, params | {"author": "", "in_place": "", "office": "", "words": ""}
    said = {
        "author": comment.author.name,
        "in_place": comment.for_name or "",
        "office": _name(comment.organisation, row.recipient.language),
        "words": _beginning(comment.versions[-1].body),
    }
    return f"{link}#comment-{comment.id}", params | said


def _beginning(words: str) -> str:
    """Words as a mail quotes them."""
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE].rstrip()}…"


def _dossier_params(dossier: Dossier, reader: Person) -> dict[str, Any]:
    return {
        "kind": dossier.kind,
        "code": dossier.code,
        "title": dossier.title,
        "unit": _name(dossier.unit, reader.language),
        "round": _name(dossier.round, reader.language),
        "status": dossier.status,
        "ending": dossier.ending or "",
    }


def _task_params(work: Work, dossier: Dossier, task: UserTask, row: OutgoingMail) -> dict[str, Any]:
    """What a mail says of a task, and of the late step that it is about if that is another one."""
    if task.late_task_id is not None:
        late = tasks.get(work, task.late_task_id)
    else:
        late = task if task.deadline_id else tasks.first_overdue(work, dossier.id)
    params: dict[str, Any] = {
        "step": _step(work, dossier, task, row.recipient),
        "reason": task.return_reason or "",
    }
    if late is not None and late is not task:
        params["late_step"] = _step(work, dossier, late, row.recipient)
    if task.level is not None:
        params["level"] = task.level
        params["lies_with"] = _lies_with(late or task, task)
    return params | _deadline_params(work, dossier, late or task, row.deadline_date)


def _lies_with(late: UserTask, asked: UserTask) -> str:
    """With whom a late step lies, for those who are asked about it: `own`, `chairman` or `other`."""
    holder = late.group.organisation
    if holder.id == asked.group.organisation_id:
        return "own"
    serves = asked.group.organisation.function == Function.CHAIRMAN_OFFICE
    return "chairman" if serves and holder.function == Function.CHAIRMAN else "other"


def _deadline_params(
    work: Work, dossier: Dossier, task: UserTask, reminded_of: date | None
) -> dict[str, Any]:
    """What a mail says of the task's deadline; one dropped since the reminder is told as it was then."""
    due = dues.of_task(task)
    last_day = due.last_day or reminded_of if due else None
    if due is None or last_day is None:
        return {"last_day": None}
    zone = ZoneInfo(dossier.round.locality.zone)
    row, deadline = due.row, replace(due.resolved(dossier.round.key, zone), last_day=last_day)
    calendar = calendars.of(work, dossier.round.locality)
    by_plan = due.supplement is None  # The plan's words are about the first time, not about a supplement.
    return {
        "last_day": last_day,
        "due_at": deadline.due_at,
        "days_left": rules.days_left(deadline, work.now),
        "working_days_left": rules.working_days_left(deadline, work.now, calendar),
        "document": row.source_document if by_plan else "",
        "section": row.source_section if by_plan else "",
        "quote": row.source_quote if by_plan else "",
    }


def _step(work: Work, dossier: Dossier, task: UserTask, reader: Person) -> str:
    """The name of a task's step in the reader's language."""
    if reader.language != Language.ENGLISH:
        return task.name
    return step_names.by_element(work, dossier.round.process_key).get(task.element_id, task.name)


def _name(row: Any, language: str) -> str:
    return str(row.name_en if language == Language.ENGLISH else row.name_vi)
