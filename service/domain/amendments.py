"""What administrators change here and not in the files, and the documents that order it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from service.domain.errors import Invalid, Message, message
from service.domain.labels import Label
from service.domain.words import normalise

LONGEST_REASON = 2000
LONGEST_QUOTE = 2000
LONGEST_NAME = 200


class Subject(StrEnum):
    """What an amendment is about."""

    ROUND = "round"
    DEADLINE = "deadline"
    CALENDAR = "calendar"
    LADDER = "ladder"


@dataclass(frozen=True, slots=True)
class Guidance:
    """The document by which somebody above sets or changes what the plan left open.

    `number` as the document bears it (12/HD-UBND), `issuer` who signed it, `section` and `quote` the
    clause; `verified` is false when its words were not read in the document itself.

    Raises:
        Invalid: naming every wrong field.
    """

    number: str
    issuer: str
    issued_on: date
    section: str
    quote: str
    verified: bool = True

    def __post_init__(self) -> None:
        wrong: dict[str, Message] = {}
        for field, longest, missing in (
            ("number", LONGEST_NAME, message("Write the number of the document, such as 12/HD-UBND.")),
            ("issuer", LONGEST_NAME, message("Write who issued the document.")),
            ("section", LONGEST_NAME, message("Write the section of the document that says it.")),
            ("quote", LONGEST_QUOTE, message("Quote the words of the document that say it.")),
        ):
            text = normalise(getattr(self, field))
            object.__setattr__(self, field, text)
            if not text and (field != "quote" or self.verified):
                wrong[field] = missing
            elif len(text) > longest:
                wrong[field] = message("At most {most} characters.", most=longest)
        if wrong:
            raise Invalid(message("The guiding document is not described whole."), wrong)

    @property
    def name(self) -> Label:
        """How a screen names the document."""
        day = f"{self.issued_on:%d/%m/}{self.issued_on.year:04d}"
        return Label(
            f"Văn bản số {self.number} ngày {day} của {self.issuer}",
            f"Document No. {self.number} of {day} by {self.issuer}",
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values, for rows and the API; `from_json` reads them back."""
        return {
            "number": self.number,
            "issuer": self.issuer,
            "issued_on": self.issued_on.isoformat(),
            "section": self.section,
            "quote": self.quote,
            "verified": self.verified,
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> "Guidance":
        """The document that `as_json` has told."""
        known = dict(kept)
        return Guidance(issued_on=date.fromisoformat(known.pop("issued_on")), **known)


def reason_for(text: str) -> str:
    """The reason of a change as it is kept.

    Raises:
        Invalid: there is none, or it is a treatise.
    """
    reason = normalise(text)
    if not reason:
        wrong = message("Write why: the reason is kept in the history.")
        raise Invalid(message("Nothing was changed: the reason is missing."), {"reason": wrong})
    if len(reason) > LONGEST_REASON:
        wrong = message("At most {most} characters.", most=LONGEST_REASON)
        raise Invalid(message("Nothing was changed: the reason is too long."), {"reason": wrong})
    return reason
