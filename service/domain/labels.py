"""Names in the two languages of the screens."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language of the screens and mails."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Label:
    """A name in Vietnamese and in English; official names are often the same in both."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """The English name for `en`, the Vietnamese one for every other language."""
        return self.en if language == Language.ENGLISH else self.vi

    def __str__(self) -> str:
        return self.vi
