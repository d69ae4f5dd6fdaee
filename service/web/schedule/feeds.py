"""Calendar addresses: the page on which people open and revoke theirs, and the calendars themselves."""

from datetime import UTC

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.http import generate_etag
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, NotFound, TrinhError, message
from service.feeds import MEDIA_TYPE
from service.operations.report import feeds
from service.operations.report.feeds import LONGEST_LABEL, Opened
from service.operations.schedule import rounds
from service.store import agendas as agenda_rows
from service.store.tables import Round
from service.web import typed
from service.web.access import Who, allow, signed_in
from service.web.complaints import complaint_of
from service.web.errors import answer_to
from service.web.pages import actor, go_to, reading, services, show, writing
from service.web.protection import limiter
from service.web.words import told

screen = Blueprint("feeds", __name__)

READINGS = "120 per minute"
"""From one address; the calendar programs of a whole office may stand behind it."""


@screen.get("/feeds/<secret>.ics")
@limiter.limit(READINGS)
@allow(Who.KNOWING)
def read(secret: str) -> AnyResponse:
    """The calendar behind an address. The address is the proof; no session is asked for or opened.

    A program that holds this very content is told so, by its ETag alone: an event that only leaves the
    calendar makes no later date, so `If-Modified-Since` would hide that.
    """
    database = services().database
    try:
        with database.read() as work:
            found = feeds.publish(work, secret, services().settings.base_url)
    except NotFound as error:
        return Response(told(error.message), 404, mimetype="text/plain")
    if found.unnoted:
        with database.write() as work:
            feeds.note_reading(work, found.feed_id)
    etag = generate_etag(found.content)
    unchanged = request.if_none_match.contains_weak(etag)
    answer = Response(b"" if unchanged else found.content, 304 if unchanged else 200, content_type=MEDIA_TYPE)
    answer.set_etag(etag)
    answer.last_modified = found.changed_at.astimezone(UTC)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Disposition"] = 'inline; filename="trinh.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@screen.get("/calendar/addresses")
@signed_in
def mine() -> Response:
    """One's addresses, with what each tells and when it was read last."""
    return _page()


@screen.post("/calendar/addresses")
@signed_in
def open_one() -> AnyResponse:
    """Opens an address and shows it: this once, since only its hash is kept."""
    chosen = request.form.get("round", "")
    try:
        with writing() as work:
            round_id = typed.number(chosen)
            opened = feeds.open_feed(work, actor(), request.form.get("label", ""), round_id)
    except (Invalid, Conflict) as error:
        return _page(error=error)
    return _page(opened)


@screen.post("/calendar/addresses/<id:feed_id>/renew")
@allow(Who.OWNER)
def renew(feed_id: int) -> AnyResponse:
    """Gives it a new address, shown this once; the old one ends."""
    with writing() as work:
        opened = feeds.renew(work, actor(), feed_id)
    return _page(opened)


@screen.post("/calendar/addresses/<id:feed_id>/revoke")
@allow(Who.OWNER)
def revoke(feed_id: int) -> AnyResponse:
    """Ends it for good."""
    with writing() as work:
        feeds.revoke(work, actor(), feed_id)
    flash(told(message("The address is revoked: nothing can be read there any more.")))
    return go_to(url_for("feeds.mine"))


def _page(opened: Opened | None = None, error: TrinhError | None = None) -> Response:
    base_url = services().settings.base_url.rstrip("/")
    address = f"{base_url}/feeds/{opened.secret}.ics" if opened else None
    with reading() as work:
        localities = [one.id for one in rounds.visible_localities(work, actor())]
        known: list[Round] = agenda_rows.rounds_of(work, localities)
        standing = feeds.mine(work, actor())
        return show(
            "feeds/page.html",
            answer_to(error).status if error else 200,
            feeds=standing,
            opened=next((feed for feed in standing if opened and feed.id == opened.feed.id), None),
            address=address,
            webcal="webcal://" + address.partition("://")[2] if address else None,
            rounds=sorted(known, key=lambda one: (-one.year, one.id)),
            complaint=complaint_of(error),
            typed=request.form if error else {},
            longest=LONGEST_LABEL,
        )
