"""A worker's mail job in a process of its own: sends some of what is due at one instant."""

import sys
from datetime import datetime
from pathlib import Path

from service.clock import FakeClock
from service.operations.mail import sending
from service.operations.services import Services
from service.settings import Settings, Smtp
from service.store.work import Database


def main(database_url: str, folder: Path, smtp: Smtp, now: datetime, *, batch: int, limit: int) -> None:
    """Says "ready", waits for a line, and sends so many mails, `batch` at a time."""
    clock = FakeClock(now)
    database = Database(database_url, clock)
    settings = Settings(
        data_folder=folder,
        database_url=database_url,
        host="127.0.0.1",
        port=8000,
        base_url="https://trinh.example.vn",
        smtp=smtp,
    )
    sending.BATCH = batch
    services = Services(settings, database, clock)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sending.send_due(services, limit)
    database.dispose()
