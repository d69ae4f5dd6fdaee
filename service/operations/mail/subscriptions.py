"""Which mails a person gets: the daily digest and its hour, and the kinds they have declined."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from service.domain.errors import Invalid, NotFound, message
from service.domain.mails import SUBSCRIPTIONS, MailKind, Subscription, may_decline
from service.domain.people import Actor
from service.operations.mail import digests
from service.store import people
from service.store.tables import Person
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of mail as it is for one person."""

    subscription: Subscription
    may_decline: bool
    declined: bool

    @property
    def kind(self) -> str:
        """The kind's key: its template."""
        return self.subscription.kind.value


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a person has chosen. `digest_hour` is local to `zone`; None means no digest."""

    digest_hour: int | None
    zone: str
    email: str
    choices: Sequence[Choice]
    today_still: bool
    """Whether a digest is still to come on this local day."""


def show(work: Work, actor: Actor) -> Subscribed:
    """What the actor gets and may decline; the digest is not among the choices, it has its hour."""
    person = _person(work, actor.person_id)
    zone = digests.zone_of(work, person.id)
    declined = person.unsubscribed or []
    local = work.now.astimezone(zone)
    return Subscribed(
        digest_hour=person.digest_hour,
        zone=zone.key,
        email=person.email,
        choices=[
            Choice(
                one,
                may_decline=(optional := may_decline(one.kind)),
                declined=optional and one.kind in declined,
            )
            for one in SUBSCRIPTIONS.values()
            if one.kind is not MailKind.DIGEST
        ],
        today_still=person.digest_on is None or person.digest_on < local.date(),
    )


def choose(work: Work, actor: Actor, *, digest_hour: int | None, declined: Collection[str]) -> Subscribed:
    """Sets the hour of the digest, 0 to 23, and all kinds that the actor declines.

    An hour that has passed today begins tomorrow.

    Raises:
        Invalid: no such hour, or a kind that nobody may decline.
    """
    wrong = message("Check the marked fields and send again.")
    if digest_hour is not None and not 0 <= digest_hour <= 23:
        raise Invalid(wrong, {"digest_hour": message("Write an hour from 0 to 23.")})
    for kind in sorted(declined):
        known = SUBSCRIPTIONS.get(kind)
        if known is None or known.kind is MailKind.DIGEST:
            raise Invalid(wrong, {"declined": message("There is no such kind of mail.")})
        if not may_decline(kind):
            raise Invalid(wrong, {"declined": known.reason})
    person = _person(work, actor.person_id)
    if digest_hour is not None and digest_hour != person.digest_hour:
        local = work.now.astimezone(digests.zone_of(work, person.id))
        # No day whose hour had passed when it was chosen is made up for.
        settled = local.date() - timedelta(days=digest_hour > local.hour)
        person.digest_on = max(settled, person.digest_on or settled)
    person.digest_hour, person.unsubscribed = digest_hour, sorted(set(declined)) or None
    return show(work, actor)


def unsubscribe(work: Work, person_id: int, kind: str) -> Person:
    """Declines one kind of mail for whoever shows an address of ours; again it changes nothing.

    Raises:
        NotFound: there is no such person, or no such mail can be declined.
    """
    person = people.find(work, person_id)
    if person is None or not may_decline(kind):
        raise NotFound(message("There is no such person."))
    if kind == MailKind.DIGEST:
        person.digest_hour = None
    else:
        person.unsubscribed = sorted({*(person.unsubscribed or ()), kind})
    return person


def _person(work: Work, person_id: int) -> Person:
    person = people.find(work, person_id)
    if person is None:
        raise NotFound(message("There is no such person."))
    return person
