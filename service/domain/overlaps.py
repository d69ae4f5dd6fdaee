"""Rounds that run side by side: the same achievement may be awarded in one of them only.

Law 06/2022/QH15, article 5.2.c: "không khen thưởng nhiều lần, nhiều hình thức cho một thành tích".

Two nominations with the same nominee, award and achievement match: a reviewer has to say what they are
before one of them goes on. With the same nominee and award but other words for the achievement they are
only alike: reviewers are shown them and decide for themselves whether to say something.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.errors import Invalid, Message, message
from service.domain.words import search_key

LONGEST_REASON = 1000
"""Characters; as much as the reason of a dropped nomination."""
UNANSWERED = message(
    "The same nominee is proposed for the same award and achievement in another round that runs at the "
    "same time. Say for each marked pair whether the achievements differ."
)
_DIGITS = 32
"""Hexadecimal digits of each half of a key: 128 bits, which no two texts share by chance."""
_SEPARATOR = "-"


class OverlapVerdict(StrEnum):
    """What a reviewer says of two nominations of rounds that run side by side."""

    DIFFERENT = "different"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class OverlapAnswer:
    """A reviewer's answer with its reason; `same` drops the nomination in hand."""

    verdict: OverlapVerdict
    reason: str


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which a round runs, both included; one without a last day has no end yet."""

    first_day: date
    last_day: date | None


def span_of(opens_on: date | None, year: int, last_days: Iterable[date], *, awaits: bool) -> Span:
    """When a round runs: from its opening to the last day of its last deadline.

    A round that names no opening day begins with its year: what was achieved in it is what it awards.
    It has no end while one of its deadlines awaits guidance, or when none of them has a day; a deadline
    of which the plan is silent for good does not keep it open.
    """
    known = sorted(last_days)
    ends = None if awaits or not known else known[-1]
    return Span(opens_on or date(year, 1, 1), ends)


def overlap(one: Span, other: Span) -> bool:
    """Whether there is a day on which both run."""
    return _begins_in(one, other) or _begins_in(other, one)


def match_key(nominee_kind: str, nominee_name: str, award: str, achievement: str) -> str:
    """Equal for the same nominee, award and achievement, however they are typed.

    Letter case, accents, punctuation and white space do not count. The first half tells nominee and
    award, the second the achievement.
    """
    return _SEPARATOR.join((_digest(nominee_kind, _plain(nominee_name), award), _digest(_plain(achievement))))


def check_answer(key: str, answer: OverlapAnswer) -> None:
    """
    Raises:
        Invalid: without a reason, or with one that is too long; the field is `overlap-<key>`.
    """
    reason = answer.reason.strip()
    if not reason:
        raise wrong_answers({key: message("Write the reason for your answer: both dossiers keep it.")})
    if len(reason) > LONGEST_REASON:
        raise wrong_answers({key: message("At most {most} characters.", most=LONGEST_REASON)})


def wrong_answers(by_key: Mapping[str, Message]) -> Invalid:
    """What to raise when answers are missing or wrong, each under the name of its field."""
    return Invalid(UNANSWERED, {f"overlap-{key}": text for key, text in by_key.items()})


def _begins_in(one: Span, other: Span) -> bool:
    return other.first_day <= one.first_day and (other.last_day is None or one.first_day <= other.last_day)


def _plain(text: str) -> str:
    """Letters and figures only, without accents and in lower case."""
    kept = "".join(character if character.isalnum() else " " for character in search_key(text))
    return " ".join(kept.split())


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_DIGITS]
