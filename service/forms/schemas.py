"""The marshmallow schema of a form: every value cleaned and checked by the rules of its field.

It does not know which fields are hidden or become required by other values; `service.forms.checking`
decides that afterwards.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from marshmallow import Schema, ValidationError, fields

from service.domain.errors import Message, message
from service.domain.words import normalise
from service.forms.definitions import Field, FieldType, Form, Scalar

TRUE = frozenset({"true", "on", "1", "yes"})
_NUMBER = re.compile(r"(-?[0-9]{1,15})(?:[.,]([0-9]{1,6}))?")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TYPED_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_FILE_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_LARGEST = 10**15
"""Numbers beyond this lose digits in JSON; NaN and the infinities fail the same comparison."""
_YEARS = range(1900, 2101)
"""Outside these years a date is a typing mistake."""


@lru_cache(maxsize=512)
def schema_for(form: Form, language: str = "vi") -> type[Schema]:
    """The schema class of a form. Its error messages are `Message`s that name fields in `language`."""
    members: dict[str, fields.Field[Any]] = {
        field.key: _FIELDS[field.type](field, field.label(language)) for field in form.fields
    }
    return Schema.from_dict(members, name=f"Form_{form.key}")  # pyright: ignore[reportArgumentType]


class _Checked(fields.Field[Scalar]):
    """A marshmallow field that checks by the rules of a form's field."""

    def __init__(self, rules: Field, label: str) -> None:
        super().__init__(required=rules.required and rules.hidden_when is None)
        self.rules = rules
        self.label = label

    def refuse(self, text: Message) -> ValidationError:
        return ValidationError([text])

    def text_of(self, value: object) -> str:
        """The value as text that can be stored; anything but one text or number is refused."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.refuse(message('"{label}" takes one value: fill it in again.', label=self.label))
        if isinstance(value, int | float) and not -_LARGEST < value < _LARGEST:
            raise self.refuse(message('"{label}" must be a number such as 12 or 12.5.', label=self.label))
        text = value if isinstance(value, str) else format(Decimal(repr(value)), "f")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise self.refuse(
                message('"{label}" holds characters that cannot be stored: type it again.', label=self.label)
            ) from None
        return text


class _Line(_Checked):
    """Text of one line, spaces folded."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Scalar:
        text = self.clean(self.text_of(value))
        rules = self.rules
        if rules.max_length is not None and len(text) > rules.max_length:
            raise self.refuse(
                message(
                    '"{label}" may have at most {limit} characters; it has {length}: shorten it.',
                    label=self.label,
                    limit=rules.max_length,
                    length=len(text),
                )
            )
        if rules.min_length is not None and len(text) < rules.min_length:
            raise self.refuse(
                message(
                    '"{label}" needs at least {limit} characters; it has {length}: write more.',
                    label=self.label,
                    limit=rules.min_length,
                    length=len(text),
                )
            )
        if rules.pattern is not None and not rules.pattern.matches(text):
            raise self.refuse(
                message('"{label}" is not in the expected form: look at the example.', label=self.label)
            )
        return text

    def clean(self, text: str) -> str:
        return normalise(text)


class _Text(_Line):
    """Text of many lines; each is cleaned like a line, blank lines at both ends are cut."""

    def clean(self, text: str) -> str:
        return "\n".join(normalise(line) for line in text.splitlines()).strip()


class _Number(_Checked):
    """A number, typed with a point or a comma; no thousands separators."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Scalar:
        found = _NUMBER.fullmatch(self.text_of(value).strip())
        if found is None:
            raise self.refuse(message('"{label}" must be a number such as 12 or 12.5.', label=self.label))
        digits = self.rules.decimal_digits
        if digits == 0 and found[2]:
            raise self.refuse(message('"{label}" must be a whole number, digits only.', label=self.label))
        if digits is not None and len(found[2] or "") > digits:
            raise self.refuse(
                message(
                    '"{label}" may have at most {limit} digits after the point.',
                    label=self.label,
                    limit=digits,
                )
            )
        number = float(f"{found[1]}.{found[2]}") if found[2] else int(found[1])
        self.check_range(number)
        return number

    def check_range(self, number: float) -> None:
        low, high = self.rules.minimum, self.rules.maximum
        if low is not None and number < low:
            raise self.refuse(
                message('"{label}" must be at least {limit}.', label=self.label, limit=f"{low:g}")
            )
        if high is not None and number > high:
            raise self.refuse(
                message('"{label}" must be at most {limit}.', label=self.label, limit=f"{high:g}")
            )


class _Choice(_Checked):
    """One of the values that the form offers."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Scalar:
        if not isinstance(value, str) or all(value != option.value for option in self.rules.options):
            raise self.refuse(message('"{label}": choose one of the values shown.', label=self.label))
        return value


class _Tick(_Checked):
    """A tick; what is not ticked has no value."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Scalar:
        if value is True or (isinstance(value, str) and value.strip().lower() in TRUE):
            return True
        raise self.refuse(message('"{label}" can only be ticked or not.', label=self.label))


class _Date(_Checked):
    """A local date, `2024-12-05` or typed `05/12/2024`; gives ISO text."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Scalar:
        text = value.strip() if isinstance(value, str) else ""
        if found := _ISO_DATE.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
        elif found := _TYPED_DATE.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
        else:
            raise self.refuse(self.unreadable())
        try:
            written = date(year, month, day)
        except ValueError:
            raise self.refuse(
                message('"{label}": the day {value} does not exist.', label=self.label, value=text)
            ) from None
        if written.year not in _YEARS:
            raise self.refuse(message('"{label}": check the year of {value}.', label=self.label, value=text))
        return written.isoformat()

    def unreadable(self) -> Message:
        return message(
            '"{label}" must be a date: write day/month/year, for example 05/12/2024.', label=self.label
        )


class _Files(_Checked):
    """The numbers of files that have been taken in already, `"3,4"`; who may name which, operations know."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Scalar:
        numbers = value.split(",") if isinstance(value, str) else []
        if not all(_FILE_NUMBER.fullmatch(number) for number in numbers):
            raise self.refuse(message('"{label}": choose the files again.', label=self.label))
        if len(numbers) > self.rules.most_files:
            raise self.refuse(
                message(
                    '"{label}" takes at most {limit} files: take some out.',
                    label=self.label,
                    limit=self.rules.most_files,
                )
            )
        return ",".join(numbers)


_FIELDS: dict[FieldType, type[_Checked]] = {
    FieldType.LINE: _Line,
    FieldType.TEXT: _Text,
    FieldType.NUMBER: _Number,
    FieldType.RADIO: _Choice,
    FieldType.SELECT: _Choice,
    FieldType.CHECKBOX: _Tick,
    FieldType.DATE: _Date,
    FieldType.FILES: _Files,
}
