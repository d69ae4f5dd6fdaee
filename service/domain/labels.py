"""Names in the two languages of the screens."""

from collections.abc import Iterable
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


def in_a_row(labels: Iterable[Label], separator: str) -> Label:
    """Several names as one, joined in each language."""
    known = list(labels)
    return Label(separator.join(one.vi for one in known), separator.join(one.en for one in known))
