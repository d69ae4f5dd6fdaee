"""Which mails one gets, and the outbox of administrators."""

from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.languages import in_words
from service.api.schemas.mails import Choices, Mail, Outbox, OutboxQuery, Retried, Subscriptions
from service.api.works import reads, writes
from service.domain.people import Actor
from service.domain.zones import VIETNAM
from service.operations.mail import outbox, subscriptions
from service.operations.mail.outbox import Wanted
from service.operations.mail.subscriptions import Subscribed
from service.store.tables import OutgoingMail
from service.store.work import Work

blueprint = APIBlueprint("mails", __name__, tag="Mails")


@blueprint.get("/me/mails")
@allow(Who.SIGNED_IN)
@reads
@blueprint.output(Subscriptions)
def show_subscriptions(work: Work, actor: Actor) -> Any:
    """Show the hour of one's daily digest, and which kinds of mail one gets and may decline."""
    return _subscribed(subscriptions.show(work, actor))


@blueprint.put("/me/mails")
@allow(Who.SIGNED_IN)
@blueprint.input(Choices)
@writes
@blueprint.output(Subscriptions)
def choose_mails(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Choose the hour of the digest, and the kinds that one declines; what the plan orders always comes."""
    return _subscribed(
        subscriptions.choose(
            work, actor, digest_hour=json_data["digest_hour"], declined=json_data["declined"]
        )
    )


@blueprint.get("/outbox")
@allow(Who.ADMINISTRATORS)
@blueprint.input(OutboxQuery, location="query", unknown="raise")
@reads
@blueprint.output(Outbox)
def list_outbox(work: Work, actor: Actor, query_data: dict[str, Any]) -> Any:
    """List the mails of the outbox, found by dossier code or recipient, with the counts of its folders."""
    page = outbox.page(
        work,
        actor,
        Wanted(query_data["status"], query_data["q"], query_data["before"], query_data["limit"]),
    )
    return {
        "counts": outbox.counts(work, actor),
        "mails": [_mail(mail) for mail in page.mails],
        "next": page.following,
    }


@blueprint.get("/outbox/<row:mail_id>")
@allow(Who.ADMINISTRATORS)
@reads
@blueprint.output(Mail)
def show_mail(work: Work, actor: Actor, mail_id: int) -> Any:
    """Show one mail with its attempts and the last error."""
    return _mail(outbox.show(work, actor, mail_id))


@blueprint.post("/outbox/<row:mail_id>/retry")
@allow(Who.ADMINISTRATORS)
@writes
@blueprint.output(Mail)
def retry_mail(work: Work, actor: Actor, mail_id: int) -> Any:
    """Send a mail with the next sweep that could not be delivered, or waits for a later attempt."""
    return _mail(outbox.retry(work, actor, mail_id))


@blueprint.post("/outbox/retry")
@allow(Who.ADMINISTRATORS)
@writes
@blueprint.output(Retried)
def retry_dead_mails(work: Work, actor: Actor) -> Any:
    """Send everything with the next sweeps that could not be delivered."""
    return {"number": outbox.retry_dead(work, actor)}


def _mail(mail: OutgoingMail) -> Shown:
    return Shown(mail, VIETNAM)


def _subscribed(found: Subscribed) -> dict[str, Any]:
    return {
        "digest_hour": found.digest_hour,
        "zone": found.zone,
        "email": found.email,
        "kinds": [
            {
                "kind": one.kind,
                "may_decline": one.may_decline,
                "declined": one.declined,
                "cause": in_words(one.subscription.cause),
                "reason": in_words(one.subscription.reason),
            }
            for one in found.choices
        ],
    }
