"""Signing in and out, tokens, and who one is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import session
from flask_login import UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from service.api.access import Who, allow, bearer
from service.api.errors import problem
from service.api.fields import Shown
from service.api.limits import limit_sign_ins
from service.api.schemas.people import Credentials, Me, NewPassword, NewToken, Token
from service.api.works import reads, services, writes
from service.domain.errors import NotAllowed, NotFound, message
from service.domain.people import Actor
from service.domain.zones import VIETNAM
from service.operations.staff import people
from service.store import localities
from service.store.work import Work

blueprint = APIBlueprint("people", __name__, tag="People")

_WRONG = message(
    "Name and password do not fit, or there were too many attempts. Check both; after five failures "
    "wait fifteen minutes."
)
_CHECK = message("Check the marked fields and send again.")
_TRIED_IN = timedelta(minutes=1)
"""How long the sign-in lives by which a password is tried for a token; it is ended at once."""


@dataclass(frozen=True, eq=False)
class _SignedIn(UserMixin):
    """What the session remembers: the secret, as the screens remember it."""

    secret: str
    actor: Actor

    def get_id(self) -> str:
        return self.secret


@blueprint.post("/sign-in")
@allow(Who.ANYBODY)
@limit_sign_ins
@blueprint.input(Credentials)
@writes
@blueprint.output(Me)
def sign_in(work: Work, _actor: Actor | None, json_data: dict[str, Any]) -> Any:
    """Open a session: sets the cookie and gives the CSRF token."""
    hours = timedelta(hours=services().settings.session_hours)
    opened = people.sign_in(work, json_data["sign_in_name"], json_data["password"], lasts=hours)
    if opened is None:
        return problem(401, _WRONG)
    session.clear()
    login_user(_SignedIn(opened.secret, opened.actor))
    return _me(work, opened.actor, generate_csrf())


@blueprint.post("/sign-out")
@allow(Who.SIGNED_IN)
@writes
@blueprint.output({}, status_code=204)
def sign_out(work: Work, _actor: Actor) -> Any:
    """End the session for good."""
    if bearer() is not None:
        raise NotFound(message("This request belongs to no session: end a token at /api/v1/tokens/current."))
    people.sign_out(work, current_user.get_id())
    logout_user()
    session.clear()
    return {}


@blueprint.post("/tokens")
@allow(Who.ANYBODY)
@limit_sign_ins
@blueprint.input(NewToken)
@writes
@blueprint.output(Token, status_code=201)
def make_token(work: Work, actor: Actor | None, json_data: dict[str, Any]) -> Any:
    """Make a token with the rights of its owner, by name and password or from a session.

    A token makes no further tokens: it must not outlive the day on which it was to end.
    """
    owner = _owner(work, actor, json_data)
    if owner is None:
        return problem(401, _WRONG)
    token = people.make_token(work, owner, json_data["label"], json_data["days"])
    return Shown(None, VIETNAM, token=token, expires_at=work.now + timedelta(json_data["days"]))


@blueprint.delete("/tokens/current")
@allow(Who.SIGNED_IN)
@writes
@blueprint.output({}, status_code=204)
def end_token(work: Work, _actor: Actor) -> Any:
    """End the token of this very request for good."""
    token = bearer()
    if token is None:
        raise NotFound(message("This request came without a token."))
    people.sign_out(work, token)
    return {}


@blueprint.get("/me")
@allow(Who.SIGNED_IN)
@reads
@blueprint.output(Me)
def show_me(work: Work, actor: Actor) -> Any:
    """Who is calling, with the seats held now and, for a session, its CSRF token."""
    return _me(work, actor, generate_csrf() if bearer() is None else None)


@blueprint.post("/me/password")
@allow(Who.SIGNED_IN)
@limit_sign_ins
@blueprint.input(NewPassword)
@writes
@blueprint.output({}, status_code=204)
def change_password(work: Work, actor: Actor, json_data: dict[str, Any]) -> Any:
    """Change one's own password. All other sessions and tokens end, and a mail tells the person.

    A wrong old password counts like a failed sign-in: after five, wait fifteen minutes.
    """
    secret = bearer() or current_user.get_id()
    changed = people.change_password(work, actor, json_data["old_password"], json_data["password"], secret)
    return {} if changed else problem(422, _CHECK, {"old_password": people.NOT_YOURS})


def _owner(work: Work, actor: Actor | None, given: dict[str, Any]) -> Actor | None:
    """Whose token it will be; None when name and password do not fit or nobody is signed in."""
    if given["sign_in_name"] is None and given["password"] is None:
        if actor is not None and bearer() is not None:
            raise NotAllowed(message("A token makes no further tokens: use name and password, or a session."))
        return actor
    opened = people.sign_in(work, given["sign_in_name"] or "", given["password"] or "", lasts=_TRIED_IN)
    if opened is None:
        return None
    people.sign_out(work, opened.secret)
    return opened.actor


def _me(work: Work, actor: Actor, csrf_token: str | None) -> Any:
    seats = [
        {
            "locality": seat.locality_id,
            "role": seat.role,
            "organisation": localities.organisation(work, seat.organisation_id),
        }
        for seat in actor.seats
    ]
    return Shown(actor, VIETNAM, seats=seats, csrf_token=csrf_token)
