"""Addresses from which calendar programs read."""

from marshmallow import fields

from service.api.fields import Answer, Input, Instant, Text
from service.operations.report.feeds import LONGEST_LABEL


class NewFeed(Input):
    """An address to be opened: for one's tasks, or with `locality` and `round` for a round's deadlines."""

    label = Text(LONGEST_LABEL, least=0, load_default="")
    locality = Text(100, load_default=None)
    round = Text(100, load_default=None)


class Feed(Answer):
    """An address of one's own that can be read. `round` is null when it tells one's tasks."""

    id = fields.Integer()
    label = fields.String()
    locality = fields.String(allow_none=True)
    round = fields.String(allow_none=True)
    created_at = Instant()
    read_at = Instant()


class OpenedFeed(Feed):
    """An address just opened or renewed. `address` is told this once: only its hash is kept."""

    address = fields.String()


class FeedList(Answer):
    """One's addresses that have not been revoked, oldest first."""

    feeds = fields.List(fields.Nested(Feed))
