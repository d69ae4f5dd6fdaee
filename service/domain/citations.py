"""Where a rule comes from: every rule of a plan or a law carries its clause as data."""

from dataclasses import dataclass
from datetime import date

from service.domain.labels import Label


@dataclass(frozen=True, slots=True)
class Document:
    """A plan, law, decree or guidance that rules are taken from."""

    key: str
    title: str
    number: str | None = None
    issued_on: date | None = None
    issuer: str | None = None
    note: Label | None = None

    @property
    def name(self) -> str:
        """How a citation names it: the title, with the number where there is one."""
        return f"{self.title} {self.number}" if self.number else self.title


@dataclass(frozen=True, slots=True)
class Citation:
    """The clause that orders a rule: document, section, and its literal words.

    `verified` is false when the words were not read in the document itself; screens mark such a
    rule as unverified. `note` tells how a doubtful or defective clause was read.
    """

    document: str
    section: str
    quote: str
    verified: bool = True
    note: Label | None = None

    def __post_init__(self) -> None:
        if self.verified and not self.quote.strip():
            raise ValueError("A verified citation quotes the clause.")
