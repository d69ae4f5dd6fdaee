"""Which mails there are, and which of them a person may decline: the list, each with its reason.

What the plan orders is never declined: a deadline must not pass unheard because somebody once
clicked a link. What merely informs of something that is seen in the inbox anyway may be.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.domain.errors import Message, message


class MailKind(StrEnum):
    """What a mail is about; the value names its template."""

    REMINDER = "reminder"
    UNIT_OVERDUE = "unit_overdue"
    REPORT_OVERDUE = "report_overdue"
    REPORT_SETTLED = "report_settled"
    ESCALATION = "escalation"
    RETURNED = "returned"
    DECIDED = "decided"
    MENTIONED = "mentioned"
    ASSIGNED = "assigned"
    REASSIGNED = "reassigned"
    DELEGATED = "delegated"
    RESOLVED = "resolved"
    OPINION_ASKED = "opinion_asked"
    OPINION_DUE = "opinion_due"
    OPINION_GIVEN = "opinion_given"
    SUBSTITUTION = "substitution"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    DIGEST = "digest"


class MailStatus(StrEnum):
    """Where a mail of the outbox stands, in the order in which folders are shown."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DECLINED = "declined"
    """Its reader has declined such mails while it waited: it is not sent, and nobody needs to do anything."""


class Decline(StrEnum):
    """Who may decline a kind of mail."""

    NOBODY = "nobody"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A kind of mail: who may decline it, what makes us send it, and why it may or may not be declined."""

    kind: MailKind
    decline: Decline
    cause: Message
    reason: Message


SUBSCRIPTIONS: Mapping[str, Subscription] = {
    one.kind.value: one
    for one in (
        Subscription(
            MailKind.REMINDER,
            Decline.NOBODY,
            message("before a deadline of the plan, on its last day, and after it has passed"),
            message("The plan orders these dates. Whoever answers for one is reminded of it in any case."),
        ),
        Subscription(
            MailKind.UNIT_OVERDUE,
            Decline.NOBODY,
            message("when a unit has not submitted by the date of the plan"),
            message(
                "The plan orders this date. The office that collects dossiers must hear that one is missing."
            ),
        ),
        Subscription(
            MailKind.REPORT_OVERDUE,
            Decline.NOBODY,
            message("when a report that is owed to your office has not come by the date of the plan"),
            message("The plan orders this date. Whoever a report is owed to must hear that it is missing."),
        ),
        Subscription(
            MailKind.REPORT_SETTLED,
            Decline.EVERYBODY,
            message("when a report of your office has been received or excused"),
            message("It asks nothing of you: the result stands on the page of the report."),
        ),
        Subscription(
            MailKind.ESCALATION,
            Decline.NOBODY,
            message("when a step is overdue and is brought to a higher place"),
            message("The plan orders these dates. Whoever is asked about a delay has to act."),
        ),
        Subscription(
            MailKind.RETURNED,
            Decline.EVERYBODY,
            message("when a dossier comes back to you for supplement"),
            message("The task lies in your inbox, and the reminders of its deadline come in any case."),
        ),
        Subscription(
            MailKind.DECIDED,
            Decline.EVERYBODY,
            message("when the way of a dossier of your unit has ended"),
            message("It asks nothing of you: the result stands in the dossier."),
        ),
        Subscription(
            MailKind.MENTIONED,
            Decline.EVERYBODY,
            message("when somebody calls you by name in a comment on a dossier"),
            message("Your inbox shows it as well, until you have read it."),
        ),
        Subscription(
            MailKind.ASSIGNED,
            Decline.NOBODY,
            message("when the head of your office gives you a task"),
            message("The task is yours from then on, with its deadline."),
        ),
        Subscription(
            MailKind.REASSIGNED,
            Decline.EVERYBODY,
            message("when a task of yours goes to somebody else"),
            message("It asks nothing of you any more: the task has left your inbox."),
        ),
        Subscription(
            MailKind.DELEGATED,
            Decline.NOBODY,
            message("when a colleague asks you to work on a task for them"),
            message("They wait for you, and nobody else is asked."),
        ),
        Subscription(
            MailKind.RESOLVED,
            Decline.EVERYBODY,
            message("when a colleague gives back a task that you asked them to work on"),
            message("The task lies in your inbox again."),
        ),
        Subscription(
            MailKind.OPINION_ASKED,
            Decline.NOBODY,
            message("when your office or council is asked for an opinion"),
            message("Somebody waits for the answer, by a day that they have named."),
        ),
        Subscription(
            MailKind.OPINION_DUE,
            Decline.NOBODY,
            message("before the last day for an opinion, on it, and after it has passed"),
            message("Whoever was asked and has not answered is reminded of it in any case."),
        ),
        Subscription(
            MailKind.OPINION_GIVEN,
            Decline.EVERYBODY,
            message("when an opinion that you asked for has come"),
            message("The answer stands beside the task that asked."),
        ),
        Subscription(
            MailKind.SUBSTITUTION,
            Decline.NOBODY,
            message("when somebody is to stand in for you or you for them, and when that ends early"),
            message("It changes who answers for tasks, so both have to know."),
        ),
        Subscription(
            MailKind.PASSWORD_CHANGED,
            Decline.NOBODY,
            message("when your password has been changed"),
            message("If it was not you, somebody else has your account: you must hear of it at once."),
        ),
        Subscription(
            MailKind.DIGEST,
            Decline.EVERYBODY,
            message("once a day at the hour you choose, if anything waits for you"),
            message("It comes only to those who have asked for it."),
        ),
    )
}
"""Every kind of mail by its template. A template that is not here cannot be declined."""


def may_decline(template: str) -> bool:
    """Whether a kind of mail may be declined."""
    known = SUBSCRIPTIONS.get(template)
    return known is not None and known.decline is Decline.EVERYBODY


def is_wanted(template: str, declined: Collection[str] | None) -> bool:
    """Whether a mail goes to somebody who has declined some kinds."""
    return template not in (declined or ()) or not may_decline(template)
