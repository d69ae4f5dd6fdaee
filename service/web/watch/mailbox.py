"""The demo's mailbox: the mails that the service has really sent, to whomever they went."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import NotFound, message
from service.mail import Mailbox
from service.web.access import demo_only, signed_in
from service.web.pages import services, show, with_etag

screen = Blueprint("mailbox", __name__, url_prefix="/demo/mailbox")


@screen.get("")
@signed_in
@demo_only
def every() -> Response:
    """The mails that arrived last, newest first; the page follows by itself."""
    return show("mailbox/every.html", mails=_mailbox().list(), number=_mailbox().count())


@screen.get("/list")
@signed_in
@demo_only
def fresh() -> AnyResponse:
    """The list alone, for the page that stays open."""
    return with_etag(show("mailbox/list.html", mails=_mailbox().list(), number=_mailbox().count()))


@screen.get("/<mail_id>")
@signed_in
@demo_only
def one(mail_id: str) -> Response:
    """One mail as its reader would see it."""
    return show("mailbox/one.html", mail=_mailbox().read(mail_id))


def _mailbox() -> Mailbox:
    mailbox = services().mailbox
    if mailbox is None:
        raise NotFound(message("This page exists only in the demo."))
    return mailbox
