"""Who is signed in: the session cookie holds a secret whose hash lies in the database."""

from dataclasses import dataclass, field

from flask import Flask
from flask_login import LoginManager, UserMixin

from service.domain.labels import Label
from service.domain.people import Actor
from service.operations.services import Services
from service.operations.staff import people


@dataclass(frozen=True, eq=False)
class SignedInPerson(UserMixin):
    """Whoever is signed in in this browser, as the actor of operations."""

    secret: str = field(repr=False)
    actor: Actor

    def get_id(self) -> str:
        """What the session remembers: the secret, never a number that could be guessed."""
        return self.secret

    @property
    def offices(self) -> list[Label]:
        """The names of the offices that they sit in, each once."""
        return list({seat.organisation_id: seat.office for seat in self.actor.seats}.values())


def prepare(app: Flask, services: Services) -> None:
    """Teaches the application to recognise people."""
    manager = LoginManager(app)
    # Changing networks must not sign people out; the secret is ended on the server.
    app.config["SESSION_PROTECTION"] = None

    @manager.user_loader
    def recognise(secret: str) -> SignedInPerson | None:
        with services.database.glance() as work:
            actor = people.identify(work, secret)
        return None if actor is None else SignedInPerson(secret, actor)
