"""Comments on dossiers: who reads them, how names are called in them, how long they may be changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.errors import Invalid, message
from service.domain.words import normalise, search_key

LONGEST = 4000
"""Characters of a comment."""
CHANGEABLE_FOR = timedelta(minutes=15)
"""So long after writing a comment its author may change the words; what it said before stays readable."""
MOST_MENTIONS = 20
"""People that one comment may call."""
_CALL = re.compile(r"(?<![\w@])@(?=\w)")
_NAME_CHARACTER = re.compile(r"\w")


class Scope(StrEnum):
    """Who reads a comment."""

    OFFICE = "office"
    DOSSIER = "dossier"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be called in a comment: by name, or by sign-in name where two share a name."""

    person_id: int
    name: str
    sign_in_name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody called in a comment; `written` is what stands after the @."""

    person_id: int
    written: str


def clean_body(text: str) -> str:
    """The words of a comment: each line normalised, blank lines at both ends cut.

    Raises:
        Invalid: when nothing is left, or it is too long.
    """
    body = "\n".join(normalise(line) for line in text.splitlines()).strip()
    wrong = message("Check the marked fields and send again.")
    if not body:
        raise Invalid(wrong, {"body": message("Write what you want to say.")})
    if len(body) > LONGEST:
        raise Invalid(
            wrong,
            {
                "body": message(
                    "A comment has at most {most} characters; this one has {length}: shorten it.",
                    most=LONGEST,
                    length=len(body),
                )
            },
        )
    return body


def is_changeable(written_at: datetime, now: datetime) -> bool:
    """Whether the author of a comment may still change its words."""
    return now - written_at < CHANGEABLE_FOR


def mentions_in(body: str, candidates: Sequence[Candidate]) -> list[Mention]:
    """Who is called in a comment, each once, in the order of the text.

    Names are compared without accents and capitals, the longest first; a name that several people share
    must be written as a sign-in name. An @ that calls nobody is plain text.

    Raises:
        Invalid: when a name is shared, or more than `MOST_MENTIONS` are called.
    """
    found: dict[int, Mention] = {}
    for call in _CALL.finditer(body):
        line = body[call.end() :].partition("\n")[0]
        mention = _called(line, candidates)
        if mention is not None:
            found.setdefault(mention.person_id, mention)
    if len(found) > MOST_MENTIONS:
        raise Invalid(
            message("Check the marked fields and send again."),
            {
                "body": message(
                    "One comment may call at most {most} people, and this one calls {number}: call the "
                    "others in a comment of their own.",
                    most=MOST_MENTIONS,
                    number=len(found),
                )
            },
        )
    return list(found.values())


def _called(line: str, candidates: Iterable[Candidate]) -> Mention | None:
    """Whom the words after an @ call."""
    named: dict[int, list[Candidate]] = {}
    for one in candidates:
        for name in {one.sign_in_name, one.name}:
            if begins_with(line, name):
                named.setdefault(len(name), []).append(one)
    if not named:
        return None
    longest = max(named)
    people = {one.person_id: one for one in named[longest]}
    written = line[:longest]
    exact = [one for one in people.values() if one.sign_in_name == written]
    if len(people) > 1 and not exact:
        raise Invalid(
            message("Check the marked fields and send again."),
            {
                "body": message(
                    "Several people are called {name}: write one of {choices} after the @.",
                    name=written,
                    choices=", ".join(sorted(one.sign_in_name for one in people.values())),
                )
            },
        )
    return Mention((exact or list(people.values()))[0].person_id, written)


def begins_with(line: str, name: str) -> bool:
    """Whether a text begins with a name as a whole, accents and capitals aside."""
    end = len(name)
    whole = len(line) >= end and not _NAME_CHARACTER.match(line[end : end + 1])
    return whole and search_key(line[:end]) == search_key(name)
