"""Vietnamese text for machines: normalising input, accent-free search, dictionary order, days.

PostgreSQL builds without Vietnamese collations, and SQLite has none: both databases get own
`search_key` and `sort_key` columns computed here.
"""

import unicodedata
from datetime import date

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Combining marks in the order of Vietnamese dictionaries: huyền, hỏi, ngã, sắc, nặng."""
_ORDER = {letter: index for index, letter in enumerate(_LETTERS)}


def normalise(text: str) -> str:
    """NFC form with runs of white space folded to one space; control and direction marks removed."""
    kept = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf"}
    )
    return " ".join(kept.split())


def search_key(*texts: str | None) -> str:
    """Lower case without accents: "Đỗ Động" becomes "do dong"."""
    decomposed = unicodedata.normalize("NFD", " ".join(text for text in texts if text).lower())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.replace("đ", "d").split())


def sort_key(text: str) -> str:
    """A key whose plain byte order is the Vietnamese dictionary order.

    Syllable by syllable, as lists of names are read: all that begin with An come before all with Án. Within
    a syllable letters count before tones, and a shorter one comes first.
    """
    return " ".join(_syllable_key(syllable) for syllable in normalise(text).lower().split())


def name_sort_key(name: str) -> str:
    """Sorts people by given name, then by the rest, as Vietnamese lists do."""
    parts = normalise(name).split()
    return sort_key(" ".join([*parts[-1:], *parts[:-1]]))


def read_day(text: str) -> date:
    """A day as people write it, 30/11/2026, or as machines do, 2026-11-30.

    Raises:
        ValueError: there is no such day, or it is written in another way.
    """
    if "/" not in text:
        return date.fromisoformat(text.strip())
    parts = text.strip().split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValueError(text)
    day, month, year = (int(part) for part in parts)
    return date(year, month, day)


def _syllable_key(syllable: str) -> str:
    letters: list[str] = []
    tones: list[str] = []
    for character in syllable:
        letter, tone = _split(character)
        index = _ORDER.get(letter)
        letters.append(letter if index is None else f"z{index:02d}")
        tones.append(str(tone))
    # A space sorts before whatever may stand in a syllable.
    return f"{''.join(letters)} {''.join(tones)}"


def _split(character: str) -> tuple[str, int]:
    decomposed = unicodedata.normalize("NFD", character)
    tone = next((_TONES[mark] for mark in decomposed if mark in _TONES), 0)
    bare = "".join(mark for mark in decomposed if mark not in _TONES)
    return unicodedata.normalize("NFC", bare), tone
