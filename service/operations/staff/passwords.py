"""argon2's home: hashing passwords, and secrets of sessions and tokens."""

import hashlib
import secrets
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.domain.errors import Invalid, Message, message

SHORTEST = 10
"""Characters a password needs at least (OWASP ASVS asks for 8; the deciding roles deserve more)."""

ARGON2_VERSION = 19
"""The one that RFC 9106 describes, as hashes write it."""

_hasher = PasswordHasher()


def _of_nobody() -> str:
    """A hash that fits no password, written without hashing: most processes never need it."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (_hasher.salt_len, _hasher.hash_len)
    )
    kind = f"argon2{_hasher.type.name.lower()}"
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"${kind}$v={ARGON2_VERSION}${cost}${salt}${digest}"


_NOBODY = _of_nobody()
"""Checked for unknown names, so that the answer takes as long as for known ones."""


def hash_password(password: str) -> str:
    """The argon2id hash of a new password.

    Raises:
        Invalid: when it is too short.
    """
    if len(password) < SHORTEST:
        raise unfit(message("A password needs at least {n} characters.", n=SHORTEST))
    return _hasher.hash(password)


def unfit(why: Message) -> Invalid:
    """That a new password is refused."""
    return Invalid(message("Check the marked fields and send again."), {"password": why})


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes equally long when there is no such person."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def new_secret() -> str:
    """A secret for a session cookie or an API token, 256 bits."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What the database keeps of a secret; a fast hash is right for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
