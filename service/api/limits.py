"""How often one address may try to sign in; the failures of one person are counted with the person."""

from collections.abc import Callable
from typing import Any

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

SIGN_IN_ATTEMPTS = "30 per minute"

limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")

_limited = limiter.shared_limit(SIGN_IN_ATTEMPTS, scope="api-sign-in")


def limit_sign_ins(view: Callable[..., Any]) -> Callable[..., Any]:
    """Counts what tries a password: from one address, over all operations that do."""
    limited: Callable[..., Any] = _limited(view)
    limited.limited = True  # type: ignore[attr-defined]
    return limited


def is_limited(view: Callable[..., Any]) -> bool:
    """Whether too many requests in a minute are refused."""
    return getattr(view, "limited", False)
