"""What the code says in English: collected for the catalogue of translations.

`python -m tests.support.messages` brings the catalogue up to date; `make messages` calls it.
"""

import sys
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from service.domain.labels import Language
from service.translations.catalogues import path_of

ROOT = Path(__file__).resolve().parent.parent.parent
WIDTH = 110


def extracted() -> dict[str, list[str]]:
    """Every English sentence of the code and the templates, with the files it stands in."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]
    keywords = DEFAULT_KEYWORDS | dict.fromkeys(settings["keywords"])
    found: dict[str, list[str]] = {}
    for file, _line, text, _comments, _context in extract_from_dir(
        ROOT / "service",
        method_map=[(pattern, method) for method, pattern in settings["methods"].items()],
        keywords=keywords,
    ):
        if isinstance(text, str) and text:
            found.setdefault(text, []).append(Path(file).as_posix())
    return found


def catalogue() -> Catalog:
    """The Vietnamese catalogue as it is written."""
    with path_of(Language.VIETNAMESE).open("rb") as written:
        return read_po(written, locale=Language.VIETNAMESE.value)


def bring_up_to_date() -> int:
    """Adds new sentences without a translation, drops those nobody says; gives how many lack one."""
    known = catalogue()
    fresh = Catalog(locale=Language.VIETNAMESE.value, fuzzy=False)
    for text in sorted(extracted(), key=str.casefold):
        message = known.get(text)
        fresh.add(text, message.string if message else "")
    with path_of(Language.VIETNAMESE).open("wb") as target:
        target.write(HEADER.encode())
        write_po(target, fresh, width=WIDTH, no_location=True, omit_header=True)
    return sum(not message.string for message in fresh if message.id)


HEADER = """\
# Vietnamese for every sentence of the code and the templates; `make messages` adds the new ones.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: vi\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

if __name__ == "__main__":
    lacking = bring_up_to_date()
    sys.stdout.write(f"{lacking} sentences lack a translation.\n")
