"""Hands mails to a mail server and tells what became of them.

Only the mail server's answer to the mail itself makes a failure permanent. A server that cannot be
reached, refuses the connection or does not let us in has said nothing about the mail: it is tried again.
"""

import random
import re
import smtplib
import ssl
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses
from types import TracebackType
from typing import Self

from service.domain.errors import Message, TrinhError, message
from service.settings import Smtp

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
SPREAD = 0.2
"""Pauses differ by up to this part, so that mails that failed together do not come back together."""
_SIGN_IN_ANSWERS = frozenset({530, 534, 535, 538})
"""Answers about our own sign-in, not about the mail."""
_CLOSING_ANSWER = 421
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)


class Temporary(TrinhError):
    """The mail was not taken; it is worth trying again."""


class Ambiguous(Temporary):
    """The connection broke after the mail was handed over: it may have been taken."""


class _Closing(Temporary):
    """The server is about to close the connection; it has not looked at the mail."""


class Permanent(TrinhError):
    """The mail was refused for good."""


def next_attempt(attempts: int, now: datetime, jitter: random.Random) -> datetime:
    """When to try again after `attempts` failures: pauses double from 1 minute up to 4 hours, ± 20 %."""
    doubled = FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 30)
    return now + min(doubled, LONGEST_PAUSE) * (1 + SPREAD * jitter.uniform(-1, 1))


class Sender:
    """One connection to a mail server, opened at the first mail and kept until the end of the block."""

    def __init__(self, smtp: Smtp) -> None:
        self.smtp = smtp
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, mail: EmailMessage) -> None:
        """Sends one mail; returns when the server has taken responsibility for it.

        Raises:
            Ambiguous: it may or may not have been taken.
            Temporary: it was not taken; try again later.
            Permanent: it was refused; do not try again.
        """
        content = _LINE_START_DOT.sub(b"..", mail.as_bytes(policy=SMTP))
        connection = self._announce(mail)
        try:
            connection.send(content + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, answer = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Ambiguous(self._broken(error)) from error
        self._expect(250, code, answer)

    def close(self) -> None:
        """Takes leave of the server, if it is still there."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()

    def _announce(self, mail: EmailMessage) -> smtplib.SMTP:
        """Sender, recipients and DATA, up to where the server waits for the mail.

        A connection kept from the mail before may have gone stale; then a new one is tried at once.
        """
        was_open = self._connection is not None
        try:
            return self._envelope(mail)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            if not was_open:
                raise Temporary(self._broken(error)) from error
        except _Closing:
            if not was_open:
                raise
        return self._announce(mail)

    def _envelope(self, mail: EmailMessage) -> smtplib.SMTP:
        connection = self._connection = self._connection or self._connect()
        self._expect(250, *connection.mail(self.smtp.sender))
        for _, address in getaddresses([str(header) for header in mail.get_all("To", [])]):
            self._expect(250, *connection.rcpt(address))
        self._expect(354, *connection.docmd("DATA"))
        return connection

    def _connect(self) -> smtplib.SMTP:
        smtp = self.smtp
        own_name = smtp.sender.rpartition("@")[2]
        if smtp.security == "tls":
            connection = smtplib.SMTP_SSL(
                smtp.host,
                smtp.port,
                own_name,
                timeout=smtp.timeout_seconds,
                context=ssl.create_default_context(),
            )
        else:
            connection = smtplib.SMTP(smtp.host, smtp.port, own_name, timeout=smtp.timeout_seconds)
        try:
            if smtp.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if smtp.user:
                connection.login(smtp.user, smtp.password)
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        return connection

    def _expect(self, wanted: int, code: int, answer: bytes) -> None:
        if code == wanted or (wanted == 250 and code == 251):
            return
        problem = message(
            "The mail server {host} answered {code}: {answer}",
            host=self.smtp.host,
            code=code,
            answer=answer.decode("utf-8", "replace")[:300],
        )
        if code == _CLOSING_ANSWER:
            self._drop()
            raise _Closing(problem)
        self._start_over()
        if 500 <= code < 600 and code not in _SIGN_IN_ANSWERS:
            raise Permanent(problem)
        raise Temporary(problem)

    def _start_over(self) -> None:
        """Readies the connection for the next mail after a refusal."""
        try:
            if self._connection is not None:
                self._connection.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _broken(self, error: Exception) -> Message:
        return message(
            "The mail server {host}:{port} cannot be used now: {problem}",
            host=self.smtp.host,
            port=self.smtp.port,
            problem=str(error)[:300],
        )
