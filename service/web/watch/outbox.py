"""The outbox for administrators: folders, search, one mail with its attempts, trying again."""

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import message
from service.operations.mail import outbox
from service.operations.mail.outbox import Wanted
from service.web import typed
from service.web.access import administrators
from service.web.pages import actor, go_to, reading, services, show, writing
from service.web.words import told

screen = Blueprint("outbox", __name__, url_prefix="/operations/mails")

PAGE_SIZE = 50


@screen.get("")
@administrators
def folder() -> Response:
    """One folder, or all of them, a page at a time; filters live in the address."""
    status, text, before = (request.args.get(name, "") for name in ("status", "q", "before"))
    if (status and status not in outbox.STATUSES) or (before and typed.number(before) is None):
        raise BadRequest
    text = " ".join(text.split())[:100]
    with reading() as work:
        page = outbox.page(work, actor(), Wanted(status or None, text, typed.number(before), PAGE_SIZE))
        return show(
            "outbox/folder.html",
            page=page,
            status=status,
            text=text,
            before=before,
            counts=outbox.counts(work, actor()),
            may_retry=outbox.may_retry,
            server=services().settings.smtp,
        )


@screen.get("/<id:mail_id>")
@administrators
def one(mail_id: int) -> Response:
    """One mail: where it stands, its attempts, the last error, and its marks on the wire."""
    with reading() as work:
        mail = outbox.show(work, actor(), mail_id)
        return show("outbox/one.html", mail=mail, may_retry=outbox.may_retry(mail))


@screen.post("/<id:mail_id>/retry")
@administrators
def retry(mail_id: int) -> AnyResponse:
    """Sends one mail with the next sweep."""
    with writing() as work:
        outbox.retry(work, actor(), mail_id)
    flash(told(message("It will be tried again with the next tick.")))
    return go_to(url_for("outbox.one", mail_id=mail_id))


@screen.post("/retry")
@administrators
def retry_dead() -> AnyResponse:
    """Sends everything with the next sweeps that could not be delivered."""
    with writing() as work:
        number = outbox.retry_dead(work, actor())
    flash(told(message("Mails that will be tried again with the next ticks: {number}.", number=number)))
    return go_to(url_for("outbox.folder", status="queued"))
