"""Composes mails from `templates/<template>.<language>.subject|txt|html`.

A subject names the dossier, the step and the date, never a person. Every mail says why it was sent
and links to one page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.exceptions import UndefinedError
from jinja2.runtime import Context

from service.domain.errors import Invalid, message
from service.domain.mails import MailKind
from service.mail.headers import KEY, MESSAGE_ID, POLICY, checked, mailbox

TEMPLATES = frozenset(kind.value for kind in MailKind)
"""What can be sent; each exists in every language of `LANGUAGES`. See docs/reference/mails.md."""
LANGUAGES = frozenset({"vi", "en"})
SENDER_NAME = "Trình"
_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,253}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to compose. `key` is its key in the outbox, `sent_at` the instant of this attempt.

    `unsubscribe` is the address by which its reader declines mails of this kind; empty where none may.
    """

    template: str
    language: str
    to_name: str
    to_address: str
    params: Mapping[str, object]
    link: str
    key: str
    message_id: str
    sent_at: datetime
    unsubscribe: str = ""


def compose(letter: Letter, sender: str) -> EmailMessage:
    """Makes the mail, as text and as HTML, from the address `sender`.

    Raises:
        Invalid: when a template is unknown or lacks a parameter, or a header could be abused.
    """
    text, html = (_render(letter, kind) for kind in ("txt", "html"))
    mail = EmailMessage(policy=POLICY)
    mail["From"] = mailbox(SENDER_NAME, sender)
    mail["To"] = mailbox(letter.to_name, letter.to_address)
    mail["Subject"] = subject(letter)
    mail["Date"] = format_datetime(letter.sent_at)
    mail["Message-ID"] = checked("Message-ID", letter.message_id, MESSAGE_ID)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Trinh-Key"] = checked("X-Trinh-Key", letter.key, KEY)
    for name, value in _ways_out(letter):
        mail[name] = checked(name, value)
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = _language(letter)
    return mail


def subject(letter: Letter) -> str:
    """The subject that the mail will have: all of it that a rehearsal tells.

    Raises:
        Invalid: when the template is unknown or lacks a parameter, or the subject could be abused.
    """
    return checked("Subject", _render(letter, "subject"))


def make_message_id(key: str, base_url: str) -> str:
    """The Message-ID of an outbox row: the same at every attempt, so that a copy can be recognised."""
    host = urlsplit(base_url).hostname or ""
    domain = host if _DOMAIN.fullmatch(host) else "localhost"
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _ways_out(letter: Letter) -> list[tuple[str, str]]:
    """How mail programs unsubscribe: RFC 2369 by a link, RFC 8058 in one click, which wants https."""
    if not letter.unsubscribe:
        return []
    found = [("List-Unsubscribe", f"<{letter.unsubscribe}>")]
    if letter.unsubscribe.startswith("https://"):
        found.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return found


@pass_context
def _day(context: Context, value: date) -> str:
    """A local date with its weekday: `Thứ Tư, 04/12/2024`."""
    return f"{_WEEKDAYS[context['language']][value.weekday()]}, {value:%d/%m/%Y}"


def _date(value: date) -> str:
    return f"{value:%d/%m/%Y}"


_TEMPLATES = Environment(
    loader=PackageLoader("service.mail"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"date": _date, "day": _day}


def _language(letter: Letter) -> str:
    return letter.language if letter.language in LANGUAGES else "vi"


def _render(letter: Letter, kind: str) -> str:
    if letter.template not in TEMPLATES:
        raise Invalid(message("There is no mail template {template}.", template=letter.template))
    language = _language(letter)
    template = _TEMPLATES.get_template(f"{letter.template}.{language}.{kind}")
    try:
        return template.render(
            **letter.params,
            language=language,
            to_name=letter.to_name,
            link=letter.link,
            unsubscribe=letter.unsubscribe,
        )
    except (UndefinedError, TypeError) as error:  # a filter meets what is not there as a wrong type
        raise Invalid(
            message(
                "The mail {template} lacks a parameter: {problem}.",
                template=letter.template,
                problem=str(error),
            )
        ) from error
