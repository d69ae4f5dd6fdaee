"""People: signing in and out, tokens, adding people and seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound, message
from service.domain.mails import MailKind
from service.domain.people import Actor
from service.domain.words import name_sort_key, normalise, search_key
from service.operations.staff import passwords
from service.store import localities, people, tasks
from service.store.tables import CandidateGroup, Membership, OutgoingMail, Person, SignIn
from service.store.work import Work

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
TOKEN_DAYS = 90
NOT_YOURS = message("This is not your password. After five failures wait fifteen minutes.")
"""What whoever changes their password is told when the old one is wrong, or they are locked out."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh sign-in: the secret is shown once, to the browser or the API client."""

    secret: str
    person: Person
    actor: Actor


def sign_in(work: Work, sign_in_name: str, password: str, *, lasts: timedelta) -> SignedIn | None:
    """Checks name and password and opens a session.

    Commit the Work in either case: failures are counted in it.

    Returns:
        None when name and password do not fit, or the person is locked out; on purpose the caller
        cannot tell which.
    """
    person = people.find_by_sign_in_name(work, sign_in_name.strip().lower())
    if not _proves(work, person, password) or person is None:
        return None
    return SignedIn(_open(work, person, "session", "", lasts), person, people.actor_of(work, person))


def identify(work: Work, secret: str) -> Actor | None:
    """The actor behind a session cookie or an API token; None when it has ended."""
    return people.identified(work, passwords.hash_secret(secret))


def actor_named(work: Work, sign_in_name: str) -> Actor:
    """Whom the operator's command line acts for: somebody by their name for signing in.

    Raises:
        NotFound: nobody active bears it.
    """
    person = people.find_by_sign_in_name(work, sign_in_name.strip().lower())
    if person is None or not person.active:
        raise NotFound(message("Nobody signs in as {name}.", name=sign_in_name))
    return people.actor_of(work, person)


def set_password(work: Work, sign_in_name: str, password: str) -> Person:
    """Gives somebody a new password; whoever was signed in under their name is so no more, tokens included.

    Raises:
        NotFound: nobody bears that name.
        Invalid: a bad password.
    """
    person = _named(work, sign_in_name)
    person.password_hash = passwords.hash_password(password)
    person.failed_sign_ins, person.locked_until = 0, None
    people.end_sign_ins(work, person.id)
    _tell_of_password(work, person)
    return person


def change_password(work: Work, actor: Actor, old: str, new: str, secret: str) -> bool:
    """Gives the actor the password that they have chosen; all their other sessions and tokens end.

    `secret` is that of the session or token that asks, which goes on. Commit the Work in either case: wrong
    old passwords are counted in it, as when signing in.

    Returns:
        False when the old password is wrong, or too many wrong ones were given; on purpose the caller
        cannot tell which.

    Raises:
        Invalid: a bad new password.
    """
    person = people.find(work, actor.person_id)
    if person is None:
        raise NotFound(message("There is no such person."))
    if new.strip().lower() == person.sign_in_name:
        raise passwords.unfit(message("Your sign-in name is no password: others know it."))
    if new == old:
        raise passwords.unfit(message("The new password is the old one: choose another."))
    fresh = passwords.hash_password(new)
    if not _proves(work, person, old):
        return False
    person.password_hash = fresh
    people.end_sign_ins(work, person.id, but=passwords.hash_secret(secret))
    _tell_of_password(work, person)
    return True


def set_active(work: Work, sign_in_name: str, *, active: bool) -> Person:
    """Lets somebody in again, or no more: then all their sessions and tokens end, and no mail goes to them.

    What they have done stays under their name; what they hold lies in the queue again after the next tick.

    Raises:
        NotFound: nobody bears that name.
    """
    person = _named(work, sign_in_name)
    person.active = active
    if not active:
        people.end_sign_ins(work, person.id)
    return person


def _named(work: Work, sign_in_name: str) -> Person:
    person = people.find_by_sign_in_name(work, sign_in_name.strip().lower())
    if person is None:
        raise NotFound(message("Nobody signs in as {name}.", name=sign_in_name))
    people.lock(work, person)
    return person


def sign_out(work: Work, secret: str) -> None:
    """Ends a session or a token for good."""
    found = people.find_sign_in(work, passwords.hash_secret(secret))
    if found is not None:
        found.ended_at = work.now


def make_token(work: Work, actor: Actor, label: str, days: int = TOKEN_DAYS) -> str:
    """Opens an API token with the rights of its owner; the secret is returned only here."""
    if not 1 <= days <= 366:
        raise Invalid(message("A token lives between 1 and 366 days."))
    person = people.find(work, actor.person_id)
    if person is None:
        raise NotFound(message("There is no such person."))
    return _open(work, person, "token", normalise(label)[:100], timedelta(days=days))


def add(
    work: Work,
    *,
    sign_in_name: str,
    name: str,
    email: str,
    password: str | None,
    seats: Sequence[tuple[str, str, str]] = (),
    language: str = "vi",
    administrator: bool = False,
) -> Person:
    """Adds a person with seats given as (locality, organisation key, role key).

    Raises:
        Conflict: when the sign-in name is taken.
        Invalid: a bad name, address or password.
        NotFound: when a seat names nothing that exists.
    """
    key = sign_in_name.strip().lower()
    if not key or any(character.isspace() for character in key):
        raise Invalid(message("A sign-in name is one word."), {"sign_in_name": message("Write one word.")})
    if "@" not in email or any(character in email for character in "\r\n<>, "):
        raise Invalid(
            message("Check the marked fields and send again."),
            {"email": message("Write one e-mail address.")},
        )
    if people.find_by_sign_in_name(work, key) is not None:
        raise Conflict(message("The sign-in name {name} is taken.", name=key))
    person = Person(
        sign_in_name=key,
        name=normalise(name),
        email=email,
        language=language,
        password_hash=passwords.hash_password(password) if password is not None else None,
        administrator=administrator,
        sort_key=name_sort_key(name),
        search_key=search_key(name, key, email),
        created_at=work.now,
    )
    work.session.add(person)
    work.session.flush()
    for locality_id, organisation_key, role in seats:
        seat(work, person, locality_id, organisation_key, role)
    return person


def seat(work: Work, person: Person, locality_id: str, organisation_key: str, role: str) -> None:
    """Gives a person a role in an organisation; doing it twice is harmless.

    Raises:
        NotFound: when there is no such organisation or the role is not held there.
    """
    group = group_named(work, locality_id, organisation_key, role)
    if not any(membership.group_id == group.id for membership in people.memberships(work, person.id)):
        work.session.add(Membership(person_id=person.id, group_id=group.id))
        work.session.flush()


def group_named(work: Work, locality_id: str, organisation_key: str, role: str) -> CandidateGroup:
    """The candidate group of a role in an organisation.

    Raises:
        NotFound: when there is no such organisation or the role is not held there.
    """
    known = {organisation.key: organisation for organisation in localities.organisations(work, locality_id)}
    organisation = known.get(organisation_key)
    group = tasks.group_of(work, organisation.id, role) if organisation else None
    if group is None:
        raise NotFound(
            message(
                "{locality} has no organisation {organisation} with the role {role}.",
                locality=locality_id,
                organisation=organisation_key,
                role=role,
            )
        )
    return group


def set_language(work: Work, actor: Actor, language: str) -> None:
    """Remembers the language of a person's screens and mails."""
    if language not in {"vi", "en"}:
        raise Invalid(message("The screens speak vi or en."))
    person = people.find(work, actor.person_id)
    if person is None:
        raise NotAllowed(message("Sign in first."))
    person.language = language


def _proves(work: Work, person: Person | None, password: str) -> bool:
    """Whether a password is somebody's, and they are not locked out; what is wrong is counted with them."""
    right = passwords.is_right(person.password_hash if person else None, password)
    if person is None:
        return False
    # Hashing is slow: the row is locked only now, so that guesses made at once are all counted.
    people.lock(work, person)
    locked = person.locked_until is not None and person.locked_until > work.now
    if not right or locked or not person.active:
        person.failed_sign_ins += 0 if locked else 1
        if person.failed_sign_ins >= MOST_FAILURES:
            person.locked_until, person.failed_sign_ins = work.now + LOCKED_FOR, 0
        return False
    person.failed_sign_ins, person.locked_until = 0, None
    return True


def _tell_of_password(work: Work, person: Person) -> None:
    """Whoever has not changed it themselves must hear of it at once."""
    work.session.add(
        OutgoingMail(
            key=f"{MailKind.PASSWORD_CHANGED}:{person.id}:{passwords.new_secret()[:16]}",
            template=MailKind.PASSWORD_CHANGED,
            recipient_id=person.id,
            created_at=work.now,
            next_attempt_at=work.now,
        )
    )


def _open(work: Work, person: Person, kind: str, label: str, lasts: timedelta) -> str:
    secret = passwords.new_secret()
    work.session.add(
        SignIn(
            token_hash=passwords.hash_secret(secret),
            kind=kind,
            label=label,
            person_id=person.id,
            created_at=work.now,
            expires_at=work.now + lasts,
        )
    )
    return secret
