"""Incidents: what failed and was set aside so that everything else goes on."""

from marshmallow import fields

from service.api.fields import Answer, Instant
from service.api.schemas.mails import MailDossier


class Incident(Answer):
    """Something that failed. What `detail` tells depends on the `kind`: a reason, a template, an id."""

    id = fields.Integer()
    kind = fields.String()
    detail = fields.String()
    dossier = fields.Nested(MailDossier, allow_none=True)
    mail_id = fields.Integer(allow_none=True)
    opened_at = Instant()
    closed_at = Instant()


class IncidentList(Answer):
    """All that nobody has closed, the oldest first."""

    incidents = fields.List(fields.Nested(Incident))
