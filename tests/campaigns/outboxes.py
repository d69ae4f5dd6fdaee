"""A service with mails to send, and the count of what became of them."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import func, select

from service import cli
from service.operations.mail import sending
from service.operations.services import Services
from service.settings import Settings, Smtp
from service.store.tables import OutgoingMail, Person
from tests.builders import World
from tests.campaigns.bad_mail_servers import FINAL, Post, serving
from tests.support.forked import Forked
from tests.support.smtp_servers import closed, reach, silent

MOST_SWEEPS = 300
TOGETHER = timedelta(minutes=1)
"""Attempts that fall due so close to each other are made in one sweep."""
PATIENCE = 0.4
"""Seconds that the sender waits for an answer here; thirty in real use."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was promised, counted. `extra` are copies beyond one; `ambiguous` attempts without an answer."""

    mails: int
    attempts: int
    sent: int
    dead: int
    lost: int
    ambiguous: int
    extra: int
    beyond: int
    """Copies beyond what the row of their own mail admits."""
    after_refusal: int
    killed: int = 0

    @property
    def kept(self) -> bool:
        """Nothing lost, no more copies than attempts without an answer, nothing sent after a 5xx."""
        return not (self.lost or self.beyond or self.after_refusal) and self.extra <= self.ambiguous


@dataclass
class Stand:
    """One database under trial; each scenario gets recipients of its own."""

    world: World
    kind: str
    folder: Path
    patience: float = PATIENCE
    addresses: list[str] = field(default_factory=list[str])
    _scenarios: int = 0
    _dossier_id: int = 0

    def queue(self, number: int) -> list[str]:
        """Puts mails into the outbox, each to an address of its own; gives the addresses."""
        if not self._dossier_id:
            self._dossier_id = self.world.open_dossier(with_papers=False)
        self._scenarios += 1
        self.addresses = [f"m{self._scenarios}-{one}@example.invalid" for one in range(number)]
        with self.world.database.write() as work:
            for address in self.addresses:
                person = Person(
                    sign_in_name=address,
                    name="Người nhận",
                    email=address,
                    sort_key="",
                    search_key="",
                    created_at=work.now,
                )
                work.session.add(person)
                work.session.flush()
                work.session.add(
                    OutgoingMail(
                        key=f"campaign:{address.partition('@')[0]}",
                        template="unit_overdue",
                        dossier_id=self._dossier_id,
                        recipient_id=person.id,
                        created_at=work.now,
                        next_attempt_at=work.now,
                    )
                )
        return self.addresses

    def services(self, smtp: Smtp) -> Services:
        """What a worker is given."""
        url = self.world.address()
        settings = Settings(
            data_folder=self.folder,
            database_url=url,
            host="127.0.0.1",
            port=8000,
            base_url="https://trinh.example.vn",
            smtp=smtp,
        )
        return Services(settings, self.world.database, self.world.clock)

    def send_all(self, post: Post, *, away: int = 0, mute: int = 0, killed: int = 0) -> Figures:
        """Sweeps until nothing waits any more, moving the clock to each next attempt; then counts.

        For the first `away` sweeps nobody listens, for `mute` more nobody speaks.
        """
        with ExitStack() as stack:
            nowhere, nobody = stack.enter_context(closed()), stack.enter_context(silent())
            server = reach(stack.enter_context(serving(post)), self.patience)
            for sweep in range(MOST_SWEEPS):
                smtp = nowhere if sweep < away else nobody if sweep < away + mute else server
                sending.send_due(self.services(smtp))
                if not self._move_on():
                    break
        return self.count(post, killed)

    def count(self, post: Post, killed: int = 0) -> Figures:
        """What became of the mails of the scenario."""
        copies = Counter(
            str(message_from_bytes(content, policy=default)["Message-ID"]).strip() for content in post.taken
        )
        refused = {
            address
            for address, planned in post.plan.items()
            if any(trouble in FINAL for trouble in planned[: post.attempts[address]])
        }
        rows = self._rows()
        lost = [
            mail
            for mail, address in rows
            if mail.status not in {"sent", "dead"}
            or (mail.status == "sent" and not copies[mail.message_id or ""])
            or (mail.status == "dead") != (address in refused)
        ]
        return Figures(
            mails=len(rows),
            attempts=sum(mail.attempts for mail, _ in rows),
            sent=sum(mail.status == "sent" for mail, _ in rows),
            dead=sum(mail.status == "dead" for mail, _ in rows),
            lost=len(lost),
            ambiguous=sum(mail.unanswered for mail, _ in rows),
            extra=sum(max(number - 1, 0) for number in copies.values()),
            beyond=sum(
                max(copies[mail.message_id or ""] - 1 - mail.unanswered, 0)
                for mail, address in rows
                if address not in refused
            ),
            after_refusal=post.after_refusal.total(),
            killed=killed,
        )

    def _rows(self) -> Sequence[tuple[OutgoingMail, str]]:
        with self.world.database.read() as work:
            return [
                (mail, address)
                for mail, address in work.session.execute(
                    select(OutgoingMail, Person.email)
                    .join(OutgoingMail.recipient)
                    .where(Person.email.in_(self.addresses))
                )
            ]

    def _move_on(self) -> bool:
        """Moves the clock to the next attempt or the end of the next lease; False when nothing waits."""
        with self.world.database.read() as work:
            waiting = [
                work.session.scalar(select(func.min(column)).where(OutgoingMail.status == status))
                for status, column in (
                    ("queued", OutgoingMail.next_attempt_at),
                    ("sending", OutgoingMail.lease_until),
                )
            ]
        known = [instant for instant in waiting if instant is not None]
        if known:
            self.world.clock.set(max(min(known) + TOGETHER, self.world.clock.now()))
        return bool(known)


def verified(url: str, folder: Path) -> str:
    """What `trinh verify` says of a database."""
    environment = {"TRINH_DATABASE_URL": url, "TRINH_DATA": str(folder)}
    process = Forked(_verify, environment=environment)
    told: list[str] = []
    while said := process.hear():
        told += said
    process.wait()
    return " ".join(" ".join(told).split())


def _verify() -> None:
    cli.main(["verify"])
