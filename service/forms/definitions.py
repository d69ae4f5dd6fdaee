"""What a form is, once read: fields, options, rules and the words for them."""

from dataclasses import dataclass, field
from enum import StrEnum

from service.forms.conditions import Condition
from service.forms.patterns import Pattern

Scalar = str | int | float | bool
"""A checked value: text, a number, a tick, a date as ISO text, or the numbers of files as text "3,4"."""


class FieldType(StrEnum):
    """The form-js types that carry a value."""

    LINE = "textfield"
    TEXT = "textarea"
    NUMBER = "number"
    RADIO = "radio"
    SELECT = "select"
    CHECKBOX = "checkbox"
    DATE = "datetime"
    FILES = "filepicker"


CONTEXT = frozenset({"late", "has_local", "has_upward"})
"""Variables that the server gives to conditions besides the fields."""
MOST_FILES = 10
"""What a field that takes several files holds at most."""
CHOICES = frozenset({FieldType.RADIO, FieldType.SELECT})
OFFERED = frozenset({"returns"})
"""Choices that depend on the dossier: a field names them in `valuesKey`, the server fills them in."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text of the form in Vietnamese, and in English where the form has it."""

    vi: str
    en: str | None = None

    def to(self, language: str) -> str:
        """The text for a reader of `language`; Vietnamese unless English exists and is asked for."""
        return self.en if language.startswith("en") and self.en else self.vi


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a radio or select field."""

    value: str
    wording: Wording

    def label(self, language: str) -> str:
        """What the reader sees instead of the value."""
        return self.wording.to(language)


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its rules. Lengths are in code points of the cleaned text."""

    key: str
    type: FieldType
    wording: Wording
    description: Wording | None = None
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    required: bool = False
    required_when: Condition | None = None
    hidden_when: Condition | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    decimal_digits: int | None = None
    pattern: Pattern | None = None
    most_files: int = 0

    def label(self, language: str) -> str:
        """What the field is called on the screen."""
        return self.wording.to(language)

    @property
    def names_used(self) -> frozenset[str]:
        """Keys and context variables on which the field's conditions depend."""
        conditions = (self.hidden_when, self.required_when)
        return frozenset(name for condition in conditions if condition for name in condition.names)


@dataclass(frozen=True, slots=True)
class Form:
    """A form with its fields in the order of the page.

    `outcome` is the answer of a form without an `outcome` field. `evaluation_order` lists the keys so
    that a field comes after those on which its conditions depend.
    """

    key: str
    fields: tuple[Field, ...]
    content_hash: str
    title: Wording
    submit_label: Wording | None = None
    outcome: str | None = None
    evaluation_order: tuple[str, ...] = ()
    by_key: dict[str, Field] = field(init=False, repr=False, compare=False)

    @property
    def file_keys(self) -> tuple[str, ...]:
        """The keys of the fields that take files."""
        return tuple(each.key for each in self.fields if each.type is FieldType.FILES)

    @property
    def offers(self) -> bool:
        """Whether some of its choices depend on the dossier: see `service.forms.offers`."""
        return any(each.options_from for each in self.fields)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {each.key: each for each in self.fields})
