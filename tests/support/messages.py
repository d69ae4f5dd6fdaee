"""What the code says in English: collected for the catalogue of translations.

`python -m tests.support.messages` brings the catalogue up to date; `make messages` calls it.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from service.domain.labels import Language
from service.translations.catalogues import path_of

SERVICE = Path(__file__).resolve().parent.parent.parent / "service"
SAYING = frozenset({"message", "Message", "say", "wrong"})
"""Functions of the code whose first argument is a sentence; templates say `_('…')`."""
WIDTH = 110


@cache
def extracted() -> Mapping[str, list[str]]:
    """Every English sentence of the code and the templates, with the files it stands in; read once."""
    found: dict[str, list[str]] = {}
    for path in sorted(SERVICE.rglob("*.py")):
        for text in _in_code(path):
            found.setdefault(text, []).append(path.relative_to(SERVICE).as_posix())
    for path in sorted((SERVICE / "web" / "templates").rglob("*.html")):
        for text in _in_template(path):
            found.setdefault(text, []).append(path.relative_to(SERVICE).as_posix())
    return found


def _in_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
                yield first.value


def _in_template(path: Path) -> Iterator[str]:
    options = {"trim_blocks": "true", "lstrip_blocks": "true"}
    with path.open("rb") as template:
        for _line, _function, given, _comments in babel_extract(template, ("_",), [], options):
            first = given[0] if isinstance(given, tuple) else given
            if first:
                yield first


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
