"""What browsers are told to forbid, forged requests, and too many attempts."""

from itertools import chain
from urllib.parse import urlsplit

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from service.operations.services import Services

SIGN_IN_ATTEMPTS = "30 per minute"
"""From one address; a whole office may share it. One person's attempts are counted with the person."""
MOST_REFUSED = 4
"""Up to so many times the limit, an attachment is read to its end and refused in words; beyond, cut off."""
SEALED = "default-src 'none'; sandbox"
"""Should a browser show a file in spite of being told to save it, nothing in it may run."""
FORM_BYTES = 1024**2
"""What the fields of a form may hold together: a decision with reasons over some hundred nominees."""

_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    # Diagrams place their marks by style attributes.
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{what} {whence}" for what, whence in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Pages hold personal data: none of them stays behind in the browser.
    "Cache-Control": "no-store",
}
_A_YEAR = 365 * 24 * 3600

limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")
_csrf = CSRFProtect()


def prepare(app: Flask, services: Services) -> None:
    """Sets cookies, tokens, limits and the headers of every response."""
    settings = services.settings
    secure = urlsplit(settings.base_url).scheme == "https"
    app.config.update(
        SESSION_COOKIE_NAME="trinh",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        # `access` asks for the token, of the screens only: the API has its own ways.
        WTF_CSRF_CHECK_DEFAULT=False,
        # A token lives as long as its session: somebody may write at a form for hours.
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=MOST_REFUSED * settings.attachment_bytes,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
    )
    limiter.init_app(app)
    _csrf.init_app(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={_A_YEAR}")
        return response


def require_token() -> None:
    """Refuses a change that does not carry the token of the session.

    Raises:
        CSRFError: without the token, or with a foreign one.
    """
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        _csrf.protect()


def require_readable() -> None:
    """Refuses text that no database column can hold.

    Raises:
        BadRequest: when the address or the form holds a NUL character.
    """
    texts = chain(
        (str(value) for value in (request.view_args or {}).values()),
        (value for _, value in request.args.items(multi=True)),
        (text for field in request.form.items(multi=True) for text in field),
    )
    if any("\0" in text for text in texts):
        raise BadRequest
