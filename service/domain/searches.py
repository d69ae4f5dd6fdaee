"""What a search asks for, the words it goes by, and where in a text they were found."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from service.domain.dossiers import DossierKind, DossierStatus, NominationStatus
from service.domain.words import search_key

LONGEST_QUERY = 100
MOST_WORDS = 8
LONGEST_WORD = 64


class Subject(StrEnum):
    """What can be found, in the order in which results are shown."""

    DOSSIER = "dossier"
    NOMINATION = "nomination"
    DECISION = "decision"
    SUBMISSION = "submission"
    ORGANISATION = "organisation"
    PERSON = "person"


class Sent(StrEnum):
    """Whether a dossier has ever been submitted, and in time."""

    YES = "yes"
    IN_TIME = "in_time"
    LATE = "late"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query with its filters; each filter that is None lets everything through.

    `text` is as typed. `step` is an element of the diagram at which the dossier waits, `office_id` the
    organisation whose task that is; with `overdue` that step is late. `award_id` and `nomination_status`
    choose nominations, and dossiers that have such a one.
    """

    text: str = ""
    locality_id: str | None = None
    round_id: int | None = None
    status: DossierStatus | None = None
    kind: DossierKind | None = None
    unit_id: int | None = None
    sent: Sent | None = None
    step: str | None = None
    office_id: int | None = None
    overdue: bool = False
    award_id: int | None = None
    nomination_status: NominationStatus | None = None

    def but(self, **more: Any) -> "Wanted":
        """The same with some filters set otherwise."""
        return replace(self, **more)

    def as_json(self) -> dict[str, object]:
        """The search as plain values, without what lets everything through."""
        return {name: value for name, value in asdict(self).items() if value not in {None, "", False}}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Wanted":
        """What `as_json` has given."""
        kinds = {
            "status": DossierStatus,
            "kind": DossierKind,
            "sent": Sent,
            "nomination_status": NominationStatus,
        }
        values: dict[str, Any] = {
            name: kinds[name](value) if name in kinds else value for name, value in given.items()
        }
        return cls(**values)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that must all be found, each as the beginning of a word."""
        return words_of(self.text)[:MOST_WORDS]

    @property
    def code(self) -> str:
        """The text as the code of a dossier would be written."""
        return unicodedata.normalize("NFC", self.text).strip().upper()

    @property
    def filtered(self) -> bool:
        """Whether anything but the text narrows the search."""
        return self != Wanted(self.text)

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.words and not self.filtered


def words_of(*texts: str | None) -> tuple[str, ...]:
    """The words of some texts without case and accents, each once: "Đỗ Động, VN-HN2024" has four."""
    spaced = "".join(character if character.isalnum() else " " for character in search_key(*texts))
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in spaced.split()))


def fragments(text: str, words: tuple[str, ...]) -> list[tuple[str, bool]]:
    """A text in pieces: those that fit the beginning of a word searched for are marked True.

    `fragments("Đỗ Động", ("do",))` is `[("Đỗ", True), (" ", False), ("Độ", True), ("ng", False)]`.
    """
    shown = unicodedata.normalize("NFC", text)
    marked = [False] * len(shown)
    plain, origins = _plain(shown)
    longest_first = sorted(words, key=len, reverse=True)
    for position, character in enumerate(plain):
        if not character.isalnum() or (position and plain[position - 1].isalnum()):
            continue
        for word in longest_first:
            if plain.startswith(word, position):
                for origin in origins[position : position + len(word)]:
                    marked[origin] = True
                break
    pieces: list[tuple[str, bool]] = []
    for character, is_marked in zip(shown, marked, strict=True):
        if pieces and pieces[-1][1] == is_marked:
            pieces[-1] = (pieces[-1][0] + character, is_marked)
        else:
            pieces.append((character, is_marked))
    return pieces


def fits(text: str, words: tuple[str, ...]) -> bool:
    """Whether any of the words searched for begins a word of the text."""
    return any(is_marked for _, is_marked in fragments(text, words))


def _plain(text: str) -> tuple[str, list[int]]:
    """The text without case and accents, and for each of its characters where it comes from."""
    characters: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        plain = search_key(character) or (" " if character.isspace() else "")
        characters += plain
        origins += [index] * len(plain)
    return "".join(characters), origins
