"""A worker's mail job in a process of its own: sends some of what is due at one instant.

`python -m tests.campaigns.smtp_worker JSON` says "ready", waits for a line, and begins.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from service.clock import FakeClock
from service.operations.mail import sending
from service.operations.services import Services
from service.settings import Settings, Smtp
from service.store.work import Database


def main() -> None:
    """Does what its only argument says."""
    given = json.loads(sys.argv[1])
    clock = FakeClock(datetime.fromisoformat(given["now"]))
    database = Database(given["database_url"], clock)
    settings = Settings(
        data_folder=Path(given["folder"]),
        database_url=given["database_url"],
        host="127.0.0.1",
        port=8000,
        base_url="https://trinh.example.vn",
        smtp=Smtp(**given["smtp"]),
    )
    sending.BATCH = given["batch"]
    services = Services(settings, database, clock)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sending.send_due(services, given["limit"])
    database.dispose()


if __name__ == "__main__":
    main()
