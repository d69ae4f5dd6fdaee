"""Localities, rounds and deadlines."""

from marshmallow import fields

from service.api.fields import Answer, Day, Name
from service.api.schemas.people import Office


class Locality(Answer):
    """A district, a province or a department whose plan the service runs."""

    id = fields.String()
    name = Name()
    level = fields.String()
    zone = fields.String()


class Localities(Answer):
    """The caller's localities."""

    localities = fields.List(fields.Nested(Locality))


class BothNames(Answer):
    """A name in the two languages of the screens."""

    vi = fields.String()
    en = fields.String()


class Source(Answer):
    """The clause that orders a deadline; `verified` is false when its words were not read there."""

    document = fields.String()
    section = fields.String()
    quote = fields.String()
    verified = fields.Boolean()


class GuidingDocument(Answer):
    """The document that set or changed a date here; `verified` is false when it was not read itself."""

    number = fields.String()
    issuer = fields.String()
    issued_on = fields.String(metadata={"format": "date"})
    section = fields.String()
    quote = fields.String()
    verified = fields.Boolean()


class Deadline(Answer):
    """What the `owner` owes by when, and `to` whom if the plan says so.

    `due_at` is the first instant that is late; null while guidance is awaited. `words`, `note` and `warning`
    speak the language of the answer. One that is `amended` was changed here and follows the plan's files no
    longer.
    """

    round = fields.String()
    key = fields.String()
    name = fields.Nested(BothNames)
    owner = fields.String()
    to = fields.String(allow_none=True)
    bound = fields.String()
    roll = fields.String()
    late = fields.String()
    ladder = fields.String()
    date = fields.String(allow_none=True, metadata={"format": "date"})
    last_day = fields.String(allow_none=True, metadata={"format": "date"})
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    words = fields.String()
    awaits = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    warning = fields.String(allow_none=True)
    source = fields.Nested(Source)
    amended = fields.Boolean()
    guidance = fields.Nested(GuidingDocument, allow_none=True)


class UnitByKey(Answer):
    """A unit, by its stable key."""

    key = fields.String()
    name = fields.Nested(BothNames)


class Extension(Answer):
    """A later last day of one unit: why, who granted it, by which document if any."""

    unit = fields.Nested(UnitByKey)
    last_day = fields.String(metadata={"format": "date"})
    due_at = fields.String(metadata={"format": "date-time"})
    reason = fields.String()
    granted_by = fields.String()
    granted_at = fields.String(metadata={"format": "date-time"})
    guidance = fields.Nested(GuidingDocument, allow_none=True)
    warning = fields.String(allow_none=True)


class RoundDeadline(Deadline):
    """A deadline of a round with the later days of single units that hold now."""

    extensions = fields.List(fields.Nested(Extension))


class DossierDeadline(Deadline):
    """A deadline as it holds for one dossier.

    Its days are those of the `extension` of the dossier's unit, or of what is to be supplemented
    (`supplement`).
    """

    extension = fields.Nested(Extension, allow_none=True)
    supplement = fields.Boolean()


class Round(Answer):
    """An occasion of awarding with its deadlines, in the order of the route.

    `edition` is raised by every change of what holds in the locality: send it along with a change, and
    it is refused if anything else has changed meanwhile. `amended` rounds were created here.
    """

    locality = fields.String()
    key = fields.String()
    kind = fields.String()
    year = fields.Integer()
    name = Name()
    awards = fields.List(fields.String())
    active = fields.Boolean()
    amended = fields.Boolean()
    opens_on = Day()
    edition = fields.Integer()
    deadlines = fields.List(fields.Nested(RoundDeadline))


class Rounds(Answer):
    """The rounds of a locality, oldest first."""

    rounds = fields.List(fields.Nested(Round))


class Opening(Answer):
    """A round in which the caller may open a dossier for a unit."""

    locality = fields.String()
    round = fields.String()
    name = Name()
    unit = fields.Nested(Office)


class Openings(Answer):
    """What `POST /dossiers` accepts from the caller."""

    openings = fields.List(fields.Nested(Opening))
