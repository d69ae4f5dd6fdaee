"""A real mail server that misbehaves as planned for each recipient, and remembers everything it was sent."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from service.mail.mailbox import LoopbackController, listen


class Trouble(StrEnum):
    """What goes wrong with one attempt to send one mail."""

    LATER = "451 to the recipient"
    LATER_AFTER = "451 to the mail"
    NEVER = "550 to the recipient"
    NEVER_AFTER = "554 to the mail"
    HANG = "no answer to the recipient"
    HANG_AFTER = "no answer to the mail"
    DROP = "cut off at the recipient"
    DROP_WITHIN = "cut off in the middle of the mail"
    DROP_AFTER = "cut off after the mail, before the answer"


FINAL = frozenset({Trouble.NEVER, Trouble.NEVER_AFTER})
_ANSWERS = {
    Trouble.LATER: "451 Try again later",
    Trouble.LATER_AFTER: "451 Try again later",
    Trouble.NEVER: "550 No such mailbox",
    Trouble.NEVER_AFTER: "554 Not accepted",
}
_REFUSALS = frozenset(_ANSWERS)
_AT_RECIPIENT = frozenset({Trouble.LATER, Trouble.NEVER, Trouble.HANG, Trouble.DROP})


@dataclass
class Post:
    """What a server does, recipient by recipient and attempt by attempt, and what it has seen."""

    plan: Mapping[str, Sequence[Trouble]] = field(default_factory=dict[str, Sequence[Trouble]])
    slow_greetings: int = 0
    """So many connections are greeted only after the client's patience has ended."""
    attempts: Counter[str] = field(default_factory=Counter[str])
    after_refusal: Counter[str] = field(default_factory=Counter[str])
    """Attempts with a mail that had been refused for good."""
    taken: list[bytes] = field(default_factory=list[bytes])
    """Mails that arrived whole and were not refused, whether the answer reached anybody or not."""
    watch: Callable[[str, str], None] = lambda _client, _stage: None
    """Is told at each recipient, and at each mail taken, which client it comes from."""

    def next_trouble(self, address: str) -> Trouble | None:
        """What goes wrong with the attempt that begins now; after the plan's last entry nothing does."""
        number, planned = self.attempts[address], self.plan.get(address, ())
        self.attempts[address] += 1
        if any(trouble in FINAL for trouble in planned[:number]):
            self.after_refusal[address] += 1
        return planned[number] if number < len(planned) else None


class _Handler:
    """aiosmtpd's handler of a Post."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self._trouble: dict[Any, Trouble | None] = {}

    def trouble_of(self, session: Session | None) -> Trouble | None:
        return self._trouble.get(session.peer) if session else None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.post.watch(str(session.host_name), "RCPT")
        trouble = self._trouble[session.peer] = self.post.next_trouble(address)
        envelope.rcpt_tos.append(address)
        return await _say(server, trouble if trouble in _AT_RECIPIENT else None)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        trouble = self._trouble.get(session.peer)
        if trouble not in _REFUSALS:
            self.post.taken.append(envelope.original_content or b"")
        self.post.watch(str(session.host_name), "DATA")
        return await _say(server, trouble)


async def _say(server: SMTP, trouble: Trouble | None) -> str:
    if trouble in {Trouble.HANG, Trouble.HANG_AFTER}:
        await asyncio.Event().wait()
    if trouble in {Trouble.DROP, Trouble.DROP_AFTER} and isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
    return _ANSWERS.get(trouble, "250 OK") if trouble else "250 OK"


class _Server(SMTP):
    """aiosmtpd's server, which can also greet late and break off in the middle of a mail."""

    event_handler: _Handler

    async def _handle_client(self) -> None:
        post = self.event_handler.post
        if post.slow_greetings > 0:
            post.slow_greetings -= 1
            assert self._reader is not None
            await self._reader.read(1)  # Ends when the client has lost its patience and hung up.
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.abort()
            return
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if self.event_handler.trouble_of(self.session) is Trouble.DROP_WITHIN:
            await self.push("354 Go on")
            assert self._reader is not None
            await self._reader.read(64)
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.abort()
            while await self._reader.read(4096):
                pass  # What had come already would be taken for commands.
            return
        await super().smtp_DATA(arg)


class _Controller(LoopbackController):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def serving(post: Post, port: int = 0) -> Iterator[int]:
    """A server for the block; gives its port."""
    controller = _Controller(_Handler(post), listen(port))
    slow, post.slow_greetings = post.slow_greetings, 0
    controller.start()  # It greets its own server once to see that it answers.
    post.slow_greetings = slow
    try:
        yield controller.port
    finally:
        controller.stop()
