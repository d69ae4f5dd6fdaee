"""Comments on dossiers, and the people whom they can call."""

from marshmallow import fields

from service.api.fields import Answer, Choice, Input, Instant, Number, Query, Text, Whole
from service.api.schemas.dossiers import MOST_LISTED
from service.api.schemas.people import Holder, Office
from service.domain.comments import LONGEST, Scope


class CommentQuery(Query):
    """Which page of a dossier's comments: `before` is the `before` of the page read last."""

    before = Number(written=True, load_default=None)
    limit = Whole(least=1, most=MOST_LISTED, written=True, load_default=MOST_LISTED)


class NewComment(Input):
    """A comment for one's own office, or for all who may see the dossier; `@Name` calls somebody."""

    body = Text(LONGEST * 2, required=True)
    scope = Choice(Scope, required=True)


class ChangedComment(Input):
    """Other words for one's own comment."""

    body = Text(LONGEST * 2, required=True)


class CommentVersion(Answer):
    """What a comment said from an instant on; 1 is how it was written first."""

    number = fields.Integer()
    body = fields.String()
    at = Instant()


class Mention(Answer):
    """Somebody called in a comment; `written` is what stands after the @."""

    person = fields.Nested(Holder)
    written = fields.String()


class Comment(Answer):
    """A comment. One that was removed has lost its words, its versions and its mentions."""

    id = fields.Integer()
    author = fields.Nested(Holder)
    in_place_of = fields.String(attribute="for_name", allow_none=True)
    office = fields.Nested(Office, attribute="organisation")
    scope = fields.String()
    written_at = Instant()
    body = fields.String()
    versions = fields.List(fields.Nested(CommentVersion))
    mentions = fields.List(fields.Nested(Mention))
    may_change = fields.Boolean()
    may_remove = fields.Boolean()
    removed_at = Instant()
    removed_by = fields.Nested(Holder, allow_none=True)


class CommentList(Answer):
    """Comments, oldest first; `before` reads on towards older ones and is null on the last page."""

    comments = fields.List(fields.Nested(Comment))
    before = fields.Integer(allow_none=True)


class PeopleQuery(Query):
    """Whom a comment of a scope can call; `q` is looked for without accents."""

    q = Text(100, least=0, load_default="")
    scope = Choice(Scope, load_default=Scope.DOSSIER.value)


class Callable(Answer):
    """Somebody whom a comment can call."""

    person = fields.Nested(Holder)
    sign_in_name = fields.String()
    office = fields.Nested(Office)


class CallableList(Answer):
    """The people found, in the order of their names."""

    people = fields.List(fields.Nested(Callable))
