"""Who may do what, as the reference tells it: `python -m tests.support.access_reference` writes it anew.

`make access` calls it; a test fails while docs/reference/access.md and the declarations differ.
"""

import sys
import tempfile
from pathlib import Path

from flask import Flask

from service.app import create_app, create_services
from service.domain.access import Who
from service.settings import Settings
from service.store import migrations
from service.web.staff.permissions import Door, doors
from tests.builders import ROOT

REFERENCE = ROOT / "docs" / "reference" / "access.md"
BEGINS, ENDS = "<!-- begin: declarations -->\n", "<!-- end: declarations -->\n"


def declarations(app: Flask) -> str:
    """A table for each declaration, of the addresses it holds for."""
    found = doors(app)
    parts = [_table(who, [door for door in found if door.who is who]) for who in Who]
    return "\n".join(part for part in parts if part)


def _table(who: Who, its: list[Door]) -> str:
    if not its:
        return ""
    lines = [f"- `{door.method} {door.address}`\n" for door in its]
    return f"### {who.value.capitalize()}\n\n`Who.{who.name}`, {len(its)} addresses\n\n{''.join(lines)}"


def written() -> str:
    """What the reference says now."""
    return REFERENCE.read_text(encoding="utf-8").partition(BEGINS)[2].partition(ENDS)[0]


def main() -> int:
    """Writes the declarations of the application into the reference."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'trinh.sqlite3'}"
        migrations.upgrade(url)
        settings = Settings(
            data_folder=folder,
            database_url=url,
            host="127.0.0.1",
            port=8000,
            base_url="http://localhost",
            secret_key="x" * 40,
        )
        services = create_services(settings)
        told = declarations(create_app(services))
        services.database.dispose()
    before, _, rest = REFERENCE.read_text(encoding="utf-8").partition(BEGINS)
    REFERENCE.write_text(before + BEGINS + told + ENDS + rest.partition(ENDS)[2], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
