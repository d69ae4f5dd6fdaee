"""Mail servers that misbehave, on the loopback address."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

from service.mail.mailbox import LOOPBACK, LoopbackController, listen
from service.settings import Smtp

Stage = Literal["MAIL", "RCPT", "DATA"]
DROP = "drop"
HANG = "hang"


@dataclass
class Script:
    """How a server behaves: what it answers at each stage, one answer per mail, the last one for ever.

    An answer is an SMTP answer, `DROP` (the connection breaks without one) or `HANG` (none ever comes).
    """

    answers: dict[Stage, list[str]] = field(default_factory=dict[Stage, list[str]])
    taken: list[bytes] = field(default_factory=list[bytes])
    """Mails that arrived whole, whatever was answered then."""
    asked: int = 0
    """How many mails were announced."""
    connections: set[object] = field(default_factory=set[object])

    def answer(self, stage: Stage) -> str:
        answers = self.answers.get(stage, ["250 OK"])
        return answers.pop(0) if len(answers) > 1 else answers[0]


class _Scripted:
    """aiosmtpd's handler of a script."""

    def __init__(self, script: Script) -> None:
        self.script = script

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.script.asked += 1
        self.script.connections.add(session.peer)
        envelope.mail_from = address
        return await self._say(server, "MAIL")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._say(server, "RCPT")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.script.taken.append(envelope.original_content or b"")
        return await self._say(server, "DATA")

    async def _say(self, server: SMTP, stage: Stage) -> str:
        answer = self.script.answer(stage)
        if answer == HANG:
            await asyncio.Event().wait()
        if answer == DROP and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return answer


@contextmanager
def scripted(script: Script) -> Iterator[Smtp]:
    """A server that follows a script; gives how to reach it, with little patience."""
    controller = LoopbackController(_Scripted(script), listen(0))
    controller.start()
    try:
        yield reach(controller.port)
    finally:
        controller.stop()


@contextmanager
def silent() -> Iterator[Smtp]:
    """A server that takes connections and never says a word."""
    with listen(0) as listening:
        yield reach(listening.getsockname()[1])


@contextmanager
def closed() -> Iterator[Smtp]:
    """A port on which nobody listens, kept from others."""
    with socket.socket() as bound:
        bound.bind((LOOPBACK, 0))
        yield reach(bound.getsockname()[1])


def reach(port: int, timeout_seconds: float = 0.5) -> Smtp:
    """How to reach a server of these tests."""
    return Smtp(LOOPBACK, port, "trinh@example.vn", timeout_seconds=timeout_seconds)
