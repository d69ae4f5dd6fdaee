"""Calendar addresses: opening, listing, renewing, revoking. The calendars themselves lie at the addresses."""

from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.schemas.feeds import FeedList, NewFeed, OpenedFeed
from service.api.works import reads, services, writes
from service.domain.errors import Invalid, message
from service.domain.people import Actor
from service.domain.zones import VIETNAM
from service.operations import access
from service.operations.report import feeds
from service.operations.report.feeds import Opened
from service.store import localities
from service.store.tables import CalendarFeed
from service.store.work import Work

blueprint = APIBlueprint("feeds", __name__, tag="Calendar feeds", url_prefix="/feeds")


@blueprint.get("")
@allow(Who.SIGNED_IN)
@reads
@blueprint.output(FeedList)
def list_feeds(work: Work, actor: Actor) -> Any:
    """List one's calendar addresses; the addresses themselves are not kept."""
    return {"feeds": [_shown(feed) for feed in feeds.mine(work, actor)]}


@blueprint.post("")
@allow(Who.SIGNED_IN)
@blueprint.input(NewFeed)
@writes
@blueprint.output(OpenedFeed, status_code=201)
def open_feed(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Open a calendar address for one's tasks or for the deadlines of a round; it is told this once."""
    round_id = _round_id(work, actor, json_data["locality"], json_data["round"])
    return _opened(feeds.open_feed(work, actor, json_data["label"], round_id))


@blueprint.post("/<row:feed_id>/renew")
@allow(Who.OWNER)
@writes
@blueprint.output(OpenedFeed, status_code=201)
def renew_feed(work: Work, actor: Actor, feed_id: int) -> Any:
    """Give one of one's calendars a new address; the old one ends at once."""
    return _opened(feeds.renew(work, actor, feed_id))


@blueprint.delete("/<row:feed_id>")
@allow(Who.OWNER)
@writes
@blueprint.output({}, status_code=204)
def revoke_feed(work: Work, actor: Actor, feed_id: int) -> Any:
    """End a calendar address for good."""
    feeds.revoke(work, actor, feed_id)
    return {}


def _round_id(work: Work, actor: Actor, locality: str | None, key: str | None) -> int | None:
    if locality is None and key is None:
        return None
    if locality is None or key is None:
        raise Invalid(
            message("Check the marked fields and send again."),
            {"round": message("A round needs both: its locality and its key.")},
        )
    access.require_locality(actor, locality)
    return localities.round_of(work, locality, key).id


def _opened(opened: Opened) -> Shown:
    base_url = services().settings.base_url.rstrip("/")
    return _shown(opened.feed, address=f"{base_url}/feeds/{opened.secret}.ics")


def _shown(feed: CalendarFeed, **more: object) -> Shown:
    of = {"locality": feed.round.locality_id, "round": feed.round.key} if feed.round else {}
    zone = feed.round.locality.zone if feed.round else VIETNAM
    return Shown(feed, zone, **({"locality": None, "round": None} | of), **more)
