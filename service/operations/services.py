"""What an entry point needs to work with: handed in by the composition root."""

from dataclasses import dataclass

from service.clock import Clock
from service.mail import Mailbox
from service.settings import Settings
from service.store.work import Database


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that screens, API and jobs share. `mailbox` is there in the demo only."""

    settings: Settings
    database: Database
    clock: Clock
    mailbox: Mailbox | None = None

    @property
    def demo(self) -> bool:
        """Whether this is the demo, with its mailbox and its simulated clock."""
        return self.settings.demo
