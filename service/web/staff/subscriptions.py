"""Which mails a person gets: their own page for it, and the link in mails that declines one kind."""

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Invalid, message
from service.domain.mails import MailKind
from service.operations.mail import subscriptions
from service.operations.mail.subscriptions import Subscribed
from service.operations.mail.unsubscribing import Unsubscribing
from service.store import people
from service.web.access import Who, allow, proven_by_address, signed_in
from service.web.pages import actor, go_to, reading, services, show, writing
from service.web.words import told

screen = Blueprint("subscriptions", __name__)


@screen.get("/me/mails")
@signed_in
def mine() -> Response:
    """The daily digest with its hour, what may be declined, and what the plan orders in any case."""
    with reading() as work:
        return _page(subscriptions.show(work, actor()))


@screen.post("/me/mails")
@signed_in
def choose() -> AnyResponse:
    """Keeps what was chosen."""
    hour = request.form.get("digest_hour", "")
    wanted = set(request.form.getlist("wanted"))
    with writing() as work:
        before = subscriptions.show(work, actor())
        declined = {one.kind for one in before.choices if one.may_decline and one.kind not in wanted}
        try:
            if hour and not (hour.isascii() and hour.isdigit() and len(hour) <= 2):
                raise Invalid(
                    message("Check the marked fields and send again."),
                    {"digest_hour": message("Write an hour from 0 to 23.")},
                )
            after = subscriptions.choose(
                work, actor(), digest_hour=int(hour) if hour else None, declined=declined
            )
        except Invalid as error:
            return _page(before, error)
    if after.digest_hour is None:
        flash(told(message("Your choice is kept. You get no daily digest.")))
    elif after.today_still:
        flash(told(message("Your choice is kept. The next digest comes today.")))
    else:
        flash(told(message("Your choice is kept. The next digest comes tomorrow.")))
    return go_to(url_for("subscriptions.mine"))


@screen.get("/unsubscribe/<token>")
@allow(Who.KNOWING)
def ask(token: str) -> Response:
    """Asks whether to decline: opening a link changes nothing, since mail scanners open links too."""
    person_id, kind = _read(token)
    with reading() as work:
        return _about(token, kind, people.find(work, person_id), done=False)


@screen.post("/unsubscribe/<token>")
@allow(Who.KNOWING)
@proven_by_address
def decline(token: str) -> Response:
    """Declines one kind of mail: from the page above, or in one click by a mail program (RFC 8058)."""
    person_id, kind = _read(token)
    with writing() as work:
        person = subscriptions.unsubscribe(work, person_id, kind)
    return _about(token, kind, person, done=True)


def _read(token: str) -> tuple[int, str]:
    return Unsubscribing.of(services()).read(token)


def _page(subscribed: Subscribed, error: Invalid | None = None) -> Response:
    return show("subscriptions/mine.html", 422 if error else 200, subscribed=subscribed, error=error)


def _about(token: str, kind: str, person: object, *, done: bool) -> Response:
    return show(
        "subscriptions/unsubscribe.html",
        200 if person else 404,
        token=token,
        kind=kind,
        done=done,
        digest=kind == MailKind.DIGEST,
    )
