"""The catalogues as gettext knows them, made in memory from the .po files that translators edit."""

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from service.domain.labels import Language

FOLDER = Path(__file__).parent


def catalogue(language: str) -> NullTranslations:
    """The translations into a language: none for English; Vietnamese for every language but English."""
    return _read(Language.ENGLISH if language == Language.ENGLISH else Language.VIETNAMESE)


def path_of(language: Language) -> Path:
    """Where translators find the words of a language."""
    return FOLDER / language.value / "LC_MESSAGES" / "messages.po"


@lru_cache(maxsize=len(Language))
def _read(language: Language) -> NullTranslations:
    if language is Language.ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with path_of(language).open("rb") as written:
        write_mo(compiled, read_po(written, locale=language.value))
    compiled.seek(0)
    return GNUTranslations(compiled)
