"""Joint opinions: what an office may answer, and how a council's votes make a result."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from service.domain.citations import Citation
from service.domain.errors import Invalid, Message, message
from service.domain.reminders import Audience, DayCount, Ladder, Rung

LADDER = "opinion"
"""The key of the ladder by which whoever is asked is reminded."""
SHIPPED_LADDER = Ladder(
    LADDER,
    (
        Rung("2_before", -2, Audience.CANDIDATES, DayCount.CALENDAR),
        Rung("last_day", 0, Audience.CANDIDATES, DayCount.CALENDAR),
        Rung("1_overdue", 1, Audience.OFFICE_HEAD, DayCount.CALENDAR),
    ),
)
"""What holds in a locality without a ladder of that key."""
LONGEST_AHEAD = timedelta(days=90)
LONGEST_TEXT = 4000
WRONG = message("Check the marked fields and send again.")


class Answer(StrEnum):
    """What an office answers."""

    AGREE = "agree"
    CONDITIONS = "conditions"
    DISAGREE = "disagree"


class Choice(StrEnum):
    """What a member of a council votes."""

    AGREE = "agree"
    DISAGREE = "disagree"
    ABSTAIN = "abstain"


class OpinionState(StrEnum):
    """Where a question stands: open, or how it ended."""

    OPEN = "open"
    ANSWERED = "answered"
    VOTED = "voted"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


class ShareOf(StrEnum):
    """Of what the share of agreement is counted."""

    MEMBERS = "members"
    VOTES = "votes"


class Addressee(StrEnum):
    """Whom a reminder of a question goes to; kept where a task's reminder keeps its audience."""

    OFFICE = "asked_office"
    VOTERS = "voters"


@dataclass(frozen=True, slots=True)
class VoteRule:
    """How a council decides: enough members must vote, and enough of them (or of all) must agree."""

    quorum: Fraction
    share: Fraction
    share_of: ShareOf

    def __post_init__(self) -> None:
        if not (0 < self.quorum <= 1 and 0 < self.share <= 1):
            raise ValueError("Quorum and share lie above 0 and at most at 1.")

    def voters_needed(self, members: int) -> int:
        """How many of so many members must vote, rounded up: nobody is a part of a member."""
        return _ceil(self.quorum * members)

    def agreeing_needed(self, members: int, cast: int) -> int:
        """How many must agree, rounded up."""
        return _ceil(self.share * (members if self.share_of is ShareOf.MEMBERS else cast))


@dataclass(frozen=True, slots=True)
class Council:
    """A council of a locality and by which rule it decides."""

    organisation: str
    quorum: Fraction
    share: Fraction
    share_of: ShareOf
    citation: Citation

    @property
    def rule(self) -> VoteRule:
        """The rule alone."""
        return VoteRule(self.quorum, self.share, self.share_of)


@dataclass(frozen=True, slots=True)
class Count:
    """The result of a vote on one subject, with its numbers."""

    members: int
    cast: int
    agree: int
    disagree: int
    abstain: int
    voters_needed: int
    agreeing_needed: int

    @property
    def quorate(self) -> bool:
        """Whether enough members voted for the result to count."""
        return self.members > 0 and self.cast >= self.voters_needed

    @property
    def carried(self) -> bool:
        """Whether the council agrees: the quorum and the share are both reached."""
        return self.quorate and self.agree > 0 and self.agree >= self.agreeing_needed

    def as_json(self) -> dict[str, int | bool]:
        """The shape that history and rows keep."""
        return {
            "members": self.members,
            "cast": self.cast,
            "agree": self.agree,
            "disagree": self.disagree,
            "abstain": self.abstain,
            "voters_needed": self.voters_needed,
            "agreeing_needed": self.agreeing_needed,
            "quorate": self.quorate,
            "carried": self.carried,
        }


def count(rule: VoteRule, members: int, votes: Iterable[Choice]) -> Count:
    """The result of the votes that were cast on one subject, of so many members who might have."""
    numbers = Counter(votes)
    cast = numbers.total()
    if cast > members:
        raise ValueError("More votes than members.")
    return Count(
        members,
        cast,
        numbers[Choice.AGREE],
        numbers[Choice.DISAGREE],
        numbers[Choice.ABSTAIN],
        rule.voters_needed(members),
        rule.agreeing_needed(members, cast),
    )


def seal(secret: str, votes: Mapping[int, tuple[str, str]]) -> str:
    """The digest by which a history proves a ballot without telling it: choice and reason by subject."""
    said = json.dumps([secret, sorted((key, *said) for key, said in votes.items())], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def check_question(question: str, last_day: date | None, today: date) -> tuple[str, date]:
    """The question and the last permitted day of its answer.

    Raises:
        Invalid: with the wrong fields.
    """
    text, wrong = question.strip(), dict[str, Message]()
    if not text:
        wrong["question"] = message("Write what you ask: whoever answers sees it with the dossier.")
    elif len(text) > LONGEST_TEXT:
        wrong["question"] = message("At most {most} characters.", most=LONGEST_TEXT)
    if last_day is None:
        wrong["last_day"] = message("Choose the last day for the answer.")
    elif last_day < today:
        wrong["last_day"] = message("This day has passed. Choose today or a later day.")
    elif last_day - today > LONGEST_AHEAD:
        wrong["last_day"] = message("At most {most} days from today.", most=LONGEST_AHEAD.days)
    if wrong or last_day is None:
        raise Invalid(WRONG, wrong)
    return text, last_day


def check_answer(answer: str, said: str, reason: str) -> tuple[Answer, str, str]:
    """An office's answer: who sets conditions or disagrees says what about.

    Raises:
        Invalid: with the wrong fields.
    """
    wrong: dict[str, Message] = {}
    known = next((one for one in Answer if one.value == answer), None)
    said, reason = said.strip(), reason.strip()
    if known is None:
        wrong["answer"] = message("Choose one of the answers shown.")
    if known in {Answer.CONDITIONS, Answer.DISAGREE} and not said:
        wrong["said"] = message("Write your opinion: conditions or disagreement need words.")
    for name, text in (("said", said), ("reason", reason)):
        if len(text) > LONGEST_TEXT:
            wrong[name] = message("At most {most} characters.", most=LONGEST_TEXT)
    if wrong or known is None:
        raise Invalid(WRONG, wrong)
    return known, said, reason


def check_votes(
    subjects: Iterable[int], votes: Mapping[int, tuple[str, str]]
) -> dict[int, tuple[Choice, str]]:
    """A ballot: one choice for each subject, none for anything else.

    Raises:
        Invalid: with a field `vote-<subject>` for each that is wrong.
    """
    wrong: dict[str, Message] = {}
    checked: dict[int, tuple[Choice, str]] = {}
    for subject in subjects:
        given, reason = votes.get(subject, ("", ""))
        choice = next((one for one in Choice if one.value == given), None)
        if choice is None:
            wrong[f"vote-{subject}"] = message("Choose one of the answers shown.")
        elif len(reason) > LONGEST_TEXT:
            wrong[f"vote-{subject}"] = message("At most {most} characters.", most=LONGEST_TEXT)
        else:
            checked[subject] = (choice, reason.strip())
    if wrong or votes.keys() - checked.keys():
        raise Invalid(WRONG, wrong)
    return checked


def _ceil(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)
