"""Incidents: what went wrong, parked until an administrator retries it."""

from service.domain.errors import Conflict, NotFound, message
from service.domain.incidents import IncidentKind
from service.domain.people import SYSTEM, Actor
from service.operations import access
from service.store import incidents, mails, opinions, reminders, timers
from service.store.tables import Dossier, Incident, OutgoingMail
from service.store.work import Database, Work


def list_open(work: Work, actor: Actor) -> list[Incident]:
    """The incidents nobody has closed, oldest first.

    Raises:
        NotAllowed: when the actor is neither an administrator nor the operator of the command line.
    """
    access.require_administrator(actor)
    return incidents.every_open(work)


def park_timer(database: Database, timer_id: int, reason: str) -> None:
    """Takes a failing timer out of the sweep and reports it, in a Work of its own."""
    with database.write() as work:
        timer = timers.get(work, timer_id)
        if timer is None or timer.parked or timer.fired_at is not None:
            return
        timer.parked = True
        work.session.add(
            Incident(
                kind=IncidentKind.TIMER,
                dossier_id=timer.dossier_id,
                timer_id=timer.id,
                detail=reason,
                opened_at=work.now,
            )
        )


def park_vote(database: Database, opinion_id: int) -> None:
    """Takes a vote that cannot be counted out of the sweep and reports it, in a Work of its own."""
    with database.write() as work:
        opinion = opinions.get(work, opinion_id)
        if opinion.parked or opinion.closed_at is not None:
            return
        opinion.parked = True
        detail = str(opinion_id)
        work.session.add(
            Incident(kind=IncidentKind.VOTE, dossier_id=opinion.dossier_id, detail=detail, opened_at=work.now)
        )


def park_reminder(database: Database) -> bool:
    """Takes the reminder that is due first out of the sweep and reports it, in a Work of its own.

    Returns:
        Whether there was one that nobody else has in hand.
    """
    with database.write() as work:
        found = reminders.claim_first(work)
        if found is None:
            return False
        reminder, dossier_id = found
        reminder.cancelled_at = work.now
        work.session.add(
            Incident(
                kind=IncidentKind.REMINDER,
                dossier_id=dossier_id,
                detail=str(reminder.id),
                opened_at=work.now,
            )
        )
        return True


def report_unheard(work: Work, dossier: Dossier, template: str) -> None:
    """Reports a notice that nobody is there to read."""
    work.session.add(
        Incident(kind=IncidentKind.UNHEARD_MAIL, dossier_id=dossier.id, detail=template, opened_at=work.now)
    )


def report_mail(work: Work, mail: OutgoingMail, reason: str) -> None:
    """Reports a mail that will not be tried again by itself."""
    work.session.add(
        Incident(
            kind=IncidentKind.MAIL,
            dossier_id=mail.dossier_id,
            mail_id=mail.id,
            detail=reason,
            opened_at=work.now,
        )
    )


def retry(work: Work, actor: Actor, incident_id: int) -> Incident:
    """Puts what failed back to work and closes the incident; what no longer waits for it is left alone.

    Raises:
        NotAllowed: when the actor is neither an administrator nor the operator of the command line.
        NotFound, Conflict: when there is no such incident, or it is closed.
    """
    access.require_administrator(actor)
    incident = incidents.get(work, incident_id)
    if incident is None:
        raise NotFound(message("There is no such incident."))
    if incident.closed_at is not None:
        raise Conflict(message("This incident has been closed already."))
    if incident.timer_id is not None and (timer := timers.get(work, incident.timer_id)):
        timer.parked = False
    if incident.mail_id is not None:
        mail = mails.get(work, incident.mail_id)
        if mail.status == "dead":
            mail.status, mail.attempts, mail.next_attempt_at = "queued", 0, work.now
    if incident.kind == IncidentKind.REMINDER:
        reminders.put_back(work, int(incident.detail))
    if incident.kind == IncidentKind.VOTE:
        opinions.get(work, int(incident.detail)).parked = False
    incident.closed_at, incident.closed_by_id = work.now, None if actor is SYSTEM else actor.person_id
    return incident
