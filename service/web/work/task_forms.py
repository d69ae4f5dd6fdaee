"""What somebody sends with a task: the form's values, the verdicts on nominations, the version they saw.

Verdicts come beside the form as `verdict-<id>` and `why-<id>`, answers about overlaps with other rounds
as `overlap-<own id>-<other id>` and `overlap-why-<own id>-<other id>`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from werkzeug.exceptions import BadRequest

from service.domain.dossiers import Judgement, Verdict
from service.domain.overlaps import OverlapAnswer, OverlapVerdict
from service.domain.tasks import Outcome
from service.forms import Field, Form
from service.forms.definitions import FieldType
from service.operations.work.completions import Filled
from service.store.tables import FormFile
from service.web.words import day, language

_VERDICT = re.compile(r"(verdict|why)-([1-9][0-9]{0,17})")
_OVERLAP = re.compile(r"overlap-(why-)?([1-9][0-9]{0,17}-[1-9][0-9]{0,17})")
UNANSWERED = "unanswered"
"""The field that says why a task is completed before everybody who was asked has answered."""
_OURS = frozenset({"csrf_token", "seen_version", "confirmed", "review", "draft_revision", UNANSWERED})
FINAL = frozenset({Outcome.APPROVE, Outcome.REFUSE})
"""Answers that are shown once more, whole, before they count."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A task form as it arrived, checked for nothing but its shape."""

    values: dict[str, str]
    judgements: dict[int, Judgement]
    overlaps: dict[str, str]
    seen_version: int | None
    confirmed: bool
    review: bool
    unanswered: str = ""

    @property
    def filled(self) -> Filled:
        """As operations take it."""
        return Filled(self.values, self.judgements, self.seen_version, self.answers, self.unanswered)

    @property
    def answers(self) -> dict[str, OverlapAnswer]:
        """The answers about overlaps, by pair."""
        return answers_in(self.overlaps)

    @property
    def draft(self) -> dict[str, str]:
        """As it is kept: the values, with verdicts and answers under the names of their fields."""
        why = {UNANSWERED: self.unanswered} if self.unanswered else {}
        return self.values | dict(_fields(self.judgements)) | self.overlaps | why

    @property
    def reviewed(self) -> bool:
        """Whether it is looked at once more before it counts: a final answer, or when the sender asks."""
        return self.review or self.values.get("outcome") in FINAL


def read(sent: Mapping[str, str]) -> Sent:
    """Sorts the fields of a request.

    Raises:
        BadRequest: a verdict or version that no page of ours sends.
    """
    overlaps = {name: value for name, value in sent.items() if _OVERLAP.fullmatch(name)}
    values = {
        name: value
        for name, value in sent.items()
        if name not in _OURS and name not in overlaps and not _VERDICT.fullmatch(name)
    }
    version = sent.get("seen_version", "")
    if version and not re.fullmatch(r"[0-9]{1,18}", version):
        raise BadRequest
    return Sent(
        values,
        judgements_in(sent),
        overlaps,
        int(version) if version else None,
        sent.get("confirmed") == "1",
        "review" in sent,
        sent.get(UNANSWERED, ""),
    )


def judgements_in(sent: Mapping[str, object]) -> dict[int, Judgement]:
    """The verdicts among the fields of a request or a draft, by nomination.

    What is answered to be the same as in another round is dropped, with the reason of the answer.

    Raises:
        BadRequest: a verdict that does not exist.
    """
    found: dict[int, Judgement] = {}
    for name, value in sent.items():
        match = _VERDICT.fullmatch(name)
        if match is None or match[1] != "verdict":
            continue
        if value not in set(Verdict):
            raise BadRequest
        number = int(match[2])
        found[number] = Judgement(Verdict(str(value)), str(sent.get(f"why-{number}") or "") or None)
    for key, answer in answers_in(sent).items():
        if answer.verdict is OverlapVerdict.SAME:
            found[int(key.partition("-")[0])] = Judgement(Verdict.DROP, answer.reason or None)
    return found


def answers_in(sent: Mapping[str, object]) -> dict[str, OverlapAnswer]:
    """The answers about overlaps among the fields of a request or a draft, by pair.

    Raises:
        BadRequest: an answer that does not exist.
    """
    found: dict[str, OverlapAnswer] = {}
    for name, value in sent.items():
        match = _OVERLAP.fullmatch(name)
        if match is None or match[1]:
            continue
        if value not in set(OverlapVerdict):
            raise BadRequest
        reason = str(sent.get(f"overlap-why-{match[2]}") or "")
        found[match[2]] = OverlapAnswer(OverlapVerdict(str(value)), reason)
    return found


def told(
    form: Form, values: Mapping[str, str], files: Mapping[str, Sequence[FormFile]]
) -> list[tuple[str, str]]:
    """Label and value of every filled field, as people read them; files by their names."""
    known = {key: values.get(key, "") for key in form.by_key} | {
        key: ", ".join(file.display_name for file in files.get(key, ())) for key in form.file_keys
    }
    return [
        (field.label(language()), _in_words(field, known[field.key]))
        for field in form.fields
        if known[field.key].strip()
    ]


def _in_words(field: Field, value: str) -> str:
    for option in field.options:
        if option.value == value:
            return option.label(language())
    if field.type is FieldType.DATE:
        try:
            return day(date.fromisoformat(value))
        except ValueError:
            return value
    return value


def _fields(judgements: Mapping[int, Judgement]) -> Iterator[tuple[str, str]]:
    for number, judgement in judgements.items():
        yield f"verdict-{number}", judgement.verdict.value
        if judgement.reason:
            yield f"why-{number}", judgement.reason
