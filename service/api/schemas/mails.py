"""Mails: which ones a person gets, and the outbox of administrators."""

from marshmallow import fields

from service.api.fields import Answer, Choice, Input, Instant, Items, Number, Query, Text, Whole
from service.api.schemas.people import Holder
from service.domain.mails import MailKind, MailStatus

MOST_LISTED = 200


class Kind(Answer):
    """A kind of mail as it is for the caller: what makes us send it, whether it may be declined, and why."""

    kind = fields.String()
    may_decline = fields.Boolean()
    declined = fields.Boolean()
    cause = fields.String()
    reason = fields.String()


class Subscriptions(Answer):
    """The caller's mails. `digest_hour` is local to `zone`; null means no daily digest."""

    digest_hour = fields.Integer(allow_none=True)
    zone = fields.String()
    email = fields.String()
    kinds = fields.List(fields.Nested(Kind))


class Choices(Input):
    """All choices at once: what is not named among `declined` comes again."""

    digest_hour = Whole(least=0, most=23, required=True, allow_none=True)
    declined = Items(Choice(MailKind), most=len(MailKind), required=True)


class OutboxQuery(Query):
    """Which mails: `before` is the `next` of the page before."""

    status = Choice(MailStatus, load_default=None)
    q = Text(100, least=0, load_default="")
    before = Number(written=True, load_default=None)
    limit = Whole(least=1, most=MOST_LISTED, written=True, load_default=50)


class MailDossier(Answer):
    """The dossier that a mail is about."""

    id = fields.Integer()
    code = fields.String()


class Mail(Answer):
    """A mail of the outbox. `unanswered` counts attempts whose answer was lost: so many more copies there
    may be, all with the same `message_id`.
    """

    id = fields.Integer()
    key = fields.String()
    template = fields.String()
    dossier = fields.Nested(MailDossier, allow_none=True)
    task_id = fields.Integer(allow_none=True)
    recipient = fields.Nested(Holder)
    status = fields.String()
    attempts = fields.Integer()
    unanswered = fields.Integer()
    created_at = Instant()
    next_attempt_at = Instant()
    sent_at = Instant()
    message_id = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    last_error = fields.String(allow_none=True)


class FolderSizes(Answer):
    """How many mails have each status; a count stops at 1000."""

    queued = fields.Integer()
    sending = fields.Integer()
    sent = fields.Integer()
    dead = fields.Integer()


class Outbox(Answer):
    """Some mails, the newest first."""

    counts = fields.Nested(FolderSizes)
    mails = fields.List(fields.Nested(Mail))
    next = fields.Integer(allow_none=True)


class Retried(Answer):
    """How many mails will be tried again."""

    number = fields.Integer()
