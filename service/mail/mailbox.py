"""The demo's own mailbox: a real SMTP server on this machine that keeps mails in a Maildir folder."""

import re
import socket
from asyncio import AbstractServer
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import parsedate_to_datetime
from mailbox import Maildir
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.domain.errors import NotFound, message

LOOPBACK = "127.0.0.1"
MAX_BYTES = 5 * 1024**2
_ARRIVAL = re.compile(r"(\d+)\.M(\d+)P\d+Q(\d+)\.")


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail as a page shows it; `text` is empty in a list. `sent_at` is what its header says."""

    id: str
    subject: str
    sender: str
    to: str
    sent_at: datetime | None
    message_id: str
    text: str = ""


class Mailbox:
    """A folder of received mails. Several processes may use it; it survives them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, content: bytes) -> str:
        """Keeps a mail, on the disk when this returns; gives its id."""
        return self._open().add(content)

    def list(self, limit: int = 200) -> tuple[ReceivedMail, ...]:
        """The mails that arrived last, newest first, without their text."""
        folder = self._open()
        headers = BytesHeaderParser(policy=default)
        return tuple(
            _mail(key, cast(EmailMessage, headers.parsebytes(folder.get_bytes(key))))
            for key in _newest_first(folder.iterkeys())[:limit]
        )

    def read(self, mail_id: str) -> ReceivedMail:
        """One mail with its text.

        Raises:
            NotFound: when there is none of this id.
        """
        try:
            content = self._open().get_bytes(mail_id)
        except KeyError:
            raise NotFound(message("There is no such mail in the mailbox.")) from None
        mail = cast(EmailMessage, message_from_bytes(content, policy=default))
        return _mail(mail_id, mail, _text(mail))

    def count(self) -> int:
        """How many mails it holds."""
        return len(self._open())

    def _open(self) -> Maildir:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        return Maildir(self.folder, factory=None, create=True)


class MailboxServer:
    """An SMTP server for a mailbox. It listens on the loopback address, and nowhere else.

    Port 0 takes a free one; `port` tells which once it has started.
    """

    def __init__(self, mailbox: Mailbox, port: int = 0) -> None:
        self.port = port
        self._mailbox = mailbox
        self._controller: LoopbackController | None = None

    def start(self) -> None:
        """Starts it in a thread; returns when it answers.

        Raises:
            OSError: when the port is taken.
        """
        self._controller = LoopbackController(_Delivery(self._mailbox), listen(self.port))
        self._controller.start()
        self.port = self._controller.port

    def stop(self) -> None:
        """Stops it; mails that were acknowledged are on the disk."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def listen(port: int) -> socket.socket:
    """A socket that listens on the loopback address."""
    return socket.create_server((LOOPBACK, port))


class LoopbackController(Controller):
    """aiosmtpd's server on a socket that listens already: a taken port is told before a thread starts."""

    def __init__(self, handler: object, listening: socket.socket) -> None:
        address, port = listening.getsockname()
        super().__init__(
            handler, hostname=address, port=port, data_size_limit=MAX_BYTES, server_hostname="localhost"
        )
        self._listening = listening

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening)


class _Delivery:
    """What aiosmtpd calls for each mail; it acknowledges after the mail is on the disk."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.original_content
        if content is None:
            return "554 No content"
        self._mailbox.deliver(content)
        return "250 Message accepted for delivery"


def _newest_first(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=_arrival, reverse=True)


def _arrival(key: str) -> tuple[int, ...]:
    """Seconds, microseconds and the counter, from the name that Maildir gave."""
    found = _ARRIVAL.match(key)
    return tuple(int(part) for part in found.groups()) if found else ()


def _mail(mail_id: str, mail: EmailMessage, text: str = "") -> ReceivedMail:
    return ReceivedMail(
        id=mail_id,
        subject=_header(mail, "Subject"),
        sender=_header(mail, "From"),
        to=_header(mail, "To"),
        sent_at=_date(_header(mail, "Date")),
        message_id=_header(mail, "Message-ID"),
        text=text,
    )


def _header(mail: EmailMessage, name: str) -> str:
    """A decoded header; empty when it is missing or so broken that the library stumbles."""
    try:
        return str(mail.get(name, "")).strip()
    except (LookupError, ValueError, MessageError):
        return ""


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    if body is None:
        return ""
    try:
        return body.get_content()
    except LookupError:  # an unknown encoding
        return cast(bytes, body.get_payload(decode=True)).decode("utf-8", "replace")
