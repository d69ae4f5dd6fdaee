"""Signing in, tokens, and who one is."""

from marshmallow import fields

from service.api.fields import Answer, Input, Instant, Name, Secret, Text, Whole
from service.operations.staff.people import TOKEN_DAYS


class Credentials(Input):
    """Name and password."""

    sign_in_name = Text(100, required=True)
    password = Secret(1000, required=True)


class NewPassword(Input):
    """The password until now, and the one that takes its place."""

    old_password = Secret(1000, required=True)
    password = Secret(1000, required=True)


class NewToken(Input):
    """A token to be made; with name and password unless the request comes from a session."""

    label = Text(100, load_default="API")
    days = Whole(least=1, most=366, load_default=TOKEN_DAYS)
    sign_in_name = Text(100, load_default=None)
    password = Secret(1000, load_default=None)


class Token(Answer):
    """A fresh token: shown once, here."""

    token = fields.String()
    expires_at = Instant()


class Office(Answer):
    """An organisation, by its stable key."""

    id = fields.Integer()
    key = fields.String()
    function = fields.String()
    name = Name()


class Seat(Answer):
    """A role that somebody holds in an organisation."""

    locality = fields.String()
    role = fields.String()
    organisation = fields.Nested(Office)


class Me(Answer):
    """The caller. A session sends `csrf_token` as X-CSRFToken with every request that changes something."""

    id = fields.Integer(attribute="person_id")
    name = fields.String()
    language = fields.String()
    administrator = fields.Boolean()
    seats = fields.List(fields.Nested(Seat))
    csrf_token = fields.String(allow_none=True)


class Holder(Answer):
    """A person, as far as others need to know."""

    id = fields.Integer()
    name = fields.String()
