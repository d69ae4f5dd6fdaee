"""Who is signed in: the session cookie holds a secret whose hash lies in the database."""

from dataclasses import dataclass

from flask import Flask
from flask_login import LoginManager, UserMixin

from service.domain.labels import Label
from service.domain.people import Actor
from service.operations.services import Services
from service.operations.staff import people
from service.store import localities


@dataclass(frozen=True, eq=False)
class SignedInPerson(UserMixin):
    """Whoever is signed in in this browser: the actor of operations, and the names of their offices."""

    secret: str
    actor: Actor
    offices: tuple[Label, ...] = ()

    def get_id(self) -> str:
        """What the session remembers: the secret, never a number that could be guessed."""
        return self.secret


def prepare(app: Flask, services: Services) -> None:
    """Teaches the application to recognise people."""
    manager = LoginManager(app)
    # Changing networks must not sign people out; the secret is ended on the server.
    app.config["SESSION_PROTECTION"] = None

    @manager.user_loader
    def recognise(secret: str) -> SignedInPerson | None:
        with services.database.read() as work:
            actor = people.identify(work, secret)
            if actor is None:
                return None
            seats = {seat.organisation_id for seat in actor.seats}
            found = (localities.organisation(work, organisation_id) for organisation_id in sorted(seats))
            return SignedInPerson(
                secret, actor, tuple(Label(office.name_vi, office.name_en) for office in found if office)
            )
