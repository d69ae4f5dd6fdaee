"""One's own password: the old one is asked, the new one typed twice."""

from flask import Blueprint, Response, flash, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Invalid, Message, message
from service.operations.staff import passwords, people
from service.web.access import signed_in
from service.web.complaints import Complaint, complaint_of
from service.web.pages import actor, go_to, show, writing
from service.web.protection import SIGN_IN_ATTEMPTS, limiter
from service.web.staff.sign_in import LONGEST_PASSWORD
from service.web.words import told

screen = Blueprint("passwords", __name__)


@screen.get("/me/password")
@signed_in
def form() -> Response:
    """The form, with the rules."""
    return _form()


@screen.post("/me/password")
@limiter.limit(SIGN_IN_ATTEMPTS)
@signed_in
def change() -> AnyResponse:
    """Takes the new one; this session goes on, all others of the person end, and a mail tells them."""
    old, new, again = (request.form.get(name, "") for name in ("old_password", "password", "again"))
    if len(new) > LONGEST_PASSWORD:
        return _refuse("password", message("A password has at most {n} characters.", n=LONGEST_PASSWORD))
    if new != again:
        return _refuse("again", message("The two are not the same: type the new password twice."))
    try:
        with writing() as work:
            changed = people.change_password(work, actor(), old[:LONGEST_PASSWORD], new, current_user.secret)
    except Invalid as error:
        return _form(complaint_of(error))
    if not changed:
        return _refuse("old_password", people.NOT_YOURS)
    flash(told(message("Your password is changed. All your other sessions and tokens have ended.")))
    return go_to(url_for("passwords.form"))


def _refuse(field: str, why: Message) -> Response:
    return _form(Complaint(message("Check the marked fields and send again."), {field: why}))


def _form(complaint: Complaint | None = None) -> Response:
    return show(
        "passwords/form.html",
        422 if complaint else 200,
        complaint=complaint,
        shortest=passwords.SHORTEST,
        longest=LONGEST_PASSWORD,
    )
