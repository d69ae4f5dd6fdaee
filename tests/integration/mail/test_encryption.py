"""Encrypted sending, to real servers with certificates made for the test."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from service.mail import Ambiguous, Sender, Temporary, compose
from service.mail.mailbox import LOOPBACK, LoopbackController, listen
from service.settings import Security, Smtp
from tests.support.letters import letter
from tests.support.smtp_servers import reach

USER, PASSWORD = "trinh", "a-long-password"


class Taken:
    """aiosmtpd's handler: what arrived, and whether it came encrypted."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.encrypted: list[bool] = []
        self.passwords: list[bytes] = []

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(envelope.original_content or b"")
        transport = server.transport
        self.encrypted.append(transport is not None and transport.get_extra_info("sslcontext") is not None)
        return "250 OK"

    def check(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: object
    ) -> AuthResult:
        """Who may send: aiosmtpd asks this."""
        assert isinstance(given, LoginPassword)
        self.passwords.append(given.password)
        return AuthResult(success=given == LoginPassword(USER.encode(), PASSWORD.encode()))


class Encrypted(LoopbackController):
    """A server that wants STARTTLS and a password, or speaks TLS from the first byte."""

    def __init__(self, taken: Taken, context: ssl.SSLContext, security: Security) -> None:
        super().__init__(taken, listen(0))
        self.context, self.taken, self.security = context, taken, security
        if security == "tls":
            self.ssl_context = context

    def factory(self) -> SMTP:
        starttls = self.security == "starttls"
        return SMTP(
            self.taken,
            hostname="localhost",
            tls_context=self.context if starttls else None,
            require_starttls=starttls,
            authenticator=self.taken.check,
            auth_required=starttls,
        )

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)


@contextmanager
def encrypted(taken: Taken, security: Security, authority: trustme.CA) -> Iterator[Smtp]:
    """Such a server with a certificate of an authority; gives how to reach it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(LOOPBACK).configure_cert(context)
    controller = Encrypted(taken, context, security)
    controller.start()
    try:
        reached = reach(controller.port, timeout_seconds=5)
        user, password = (USER, PASSWORD) if security == "starttls" else ("", "")
        yield replace(reached, security=security, user=user, password=password)
    finally:
        controller.stop()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this machine trusts for the test, as an office's own would be."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return made


def send(smtp: Smtp) -> None:
    with Sender(smtp) as sender:
        sender.send(compose(letter(), smtp.sender))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_goes_encrypted_and_signed_in(security: Security, authority: trustme.CA) -> None:
    taken = Taken()
    with encrypted(taken, security, authority) as smtp:
        send(smtp)
    assert taken.encrypted == [True]
    assert taken.passwords == ([PASSWORD.encode()] if security == "starttls" else [])
    assert b"X-Trinh-Key" in taken.mails[0]


@pytest.mark.usefixtures("authority")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_neither_mail_nor_password(
    security: Security,
) -> None:
    taken = Taken()
    with (
        encrypted(taken, security, trustme.CA()) as smtp,
        pytest.raises(Temporary, match="certificate") as caught,
    ):
        send(smtp)
    assert caught.type is not Ambiguous
    assert (taken.mails, taken.passwords) == ([], [])


def test_a_server_that_does_not_know_our_password_is_tried_again(authority: trustme.CA) -> None:
    taken = Taken()
    with encrypted(taken, "starttls", authority) as smtp, pytest.raises(Temporary) as caught:
        send(replace(smtp, password="another-password"))
    assert caught.type is not Ambiguous
    assert taken.mails == []
    assert "another-password" not in str(caught.value)
