"""The kinds of values a configuration holds, each with a message that says how to write it.

Unlike marshmallow's own fields these never convert: a number is not taken for text, nor text for a
truth value. Error messages are `Message`s in a list, the only shape that marshmallow passes through.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, time
from enum import Enum
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields

from service.domain.deadlines import Yearly
from service.domain.errors import Message, message
from service.domain.labels import Label
from service.domain.words import normalise

Names = Mapping[str, frozenset[str] | None]
"""The keys defined in a configuration, by kind; None where the defining file could not be read."""

_NAMES: ContextVar[Names] = ContextVar("names")

_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
    r"|(?P<day_>\d{1,2})/(?P<month_>\d{1,2})/(?P<year_>\d{4})",
    re.ASCII,
)
_DAY_OF_YEAR = re.compile(r"(\d{1,2})/(\d{1,2})", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2})", re.ASCII)
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_MAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")

FIRST_YEAR, LAST_YEAR = 2003, 2060
"""The years a configuration may speak of: from the first law on emulation and commendation on."""


@contextmanager
def naming(names: Names) -> Iterator[None]:
    """Within it, references are checked against these keys."""
    token = _NAMES.set(names)
    try:
        yield
    finally:
        _NAMES.reset(token)


def wrong(text: str, **params: object) -> ValidationError:
    """A refusal with a translatable message."""
    return ValidationError([message(text, **params)])


class Value(fields.Field[Any]):
    """A value that is required unless a default is given; null counts as missing."""

    default_error_messages = {  # type: ignore[assignment]  # marshmallow passes lists through unchanged
        "required": [Message("This key is missing. Add it; the reference of locality files tells how.")],
        "null": [Message("This key has no value. Fill it in, or remove the key if it is optional.")],
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", "load_default" not in options)
        super().__init__(**options)


class Text(Value):
    """Text in Unicode's composed form, white space folded."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        if not isinstance(value, str):
            raise wrong("{value} is not text. Write it in quotes.", value=value)
        text = normalise(value)
        if not text:
            raise wrong("This text is empty. Fill it in.")
        return text


class Whole(Value):
    """A whole number within limits, inclusive."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise wrong(
                "{value} does not fit. Write a whole number from {least} to {most}, without quotes and "
                "without a leading zero.",
                value=value,
                least=self.least,
                most=self.most,
            )
        return value


class Flag(Value):
    """true or false."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise wrong("{value} is neither true nor false. Write true or false.", value=value)
        return value


class Choice(Value):
    """One value of an enumeration, or of some of its members."""

    def __init__(self, choices: Iterable[Enum], **options: Any) -> None:
        super().__init__(**options)
        self.choices = tuple(choices)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Enum:
        known = {choice.value: choice for choice in self.choices}
        if not isinstance(value, str) or value not in known:
            raise wrong(
                "{value} is unknown here. Choose one of: {known}.", value=value, known=", ".join(known)
            )
        return known[value]


class Key(Text):
    """A stable key: lower-case letters, digits, `_` and `-`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        key = str(value) if isinstance(value, int) else value
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise wrong(
                "{value} cannot be a key. Use up to 60 lower-case letters without accents, digits, _ and -.",
                value=value,
            )
        return key


class Reference(Text):
    """The key of something that the configuration defines elsewhere."""

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        key = super()._deserialize(value, attr, data, **options)
        check_reference(self.kind, key)
        return key


def check_reference(kind: str, key: str) -> None:
    """Checks that a key is defined.

    Raises:
        ValidationError: nothing of that kind bears the key.
    """
    known = _NAMES.get().get(kind)
    if known is not None and key not in known:
        raise wrong(
            "There is no {kind} with the key {key}. Define it, or use one of: {known}.",
            kind=kind,
            key=key,
            known=", ".join(sorted(known)) or "-",
        )


class Day(Value):
    """A calendar day, as 2023-12-05 or 05/12/2023."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        found = _DATE.fullmatch(value) if isinstance(value, str) else None
        if not found:
            raise wrong("{value} is not a date. Write it as 2023-12-05 or 05/12/2023.", value=value)
        year, month, day = (int(found[part] or found[part + "_"]) for part in ("year", "month", "day"))
        try:
            result = date(year, month, day)
        except ValueError:
            raise wrong("There is no day {value}. Correct the day or the month.", value=value) from None
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise wrong(
                "{value} lies outside {first} to {last}. Correct the year.",
                value=value,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
        return result


class DayOfYear(Value):
    """The same day in every year, as 01/12 (day/month)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Yearly:
        found = _DAY_OF_YEAR.fullmatch(value) if isinstance(value, str) else None
        if not found:
            raise wrong("{value} is not a day of the year. Write day/month, for example 01/12.", value=value)
        try:
            return Yearly(month=int(found[2]), day=int(found[1]))
        except ValueError:
            raise wrong(
                "There is no day {value} in every year. Correct the day or the month (day/month).",
                value=value,
            ) from None


class Month(Value):
    """One month, as 09/2022."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> tuple[int, int]:
        found = _MONTH.fullmatch(value) if isinstance(value, str) else None
        month, year = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 1 <= month <= 12 or not FIRST_YEAR <= year <= LAST_YEAR:
            raise wrong("{value} is not a month. Write month/year, for example 09/2022.", value=value)
        return year, month


class TimeOfDay(Value):
    """A local time, as 08:00."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> time:
        found = _TIME.fullmatch(value) if isinstance(value, str) else None
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise wrong("{value} is not a time of day. Write it as 08:00.", value=value)
        return time(int(found[1]), int(found[2]))


class Zone(Value):
    """A time zone by its name in the IANA database."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> ZoneInfo:
        try:
            return ZoneInfo(value)
        except (TypeError, ValueError, OSError, KeyError):
            raise wrong(
                "{value} is not a time zone. Write its name, for example Asia/Ho_Chi_Minh.", value=value
            ) from None


class MailAddress(Text):
    """An e-mail address."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        address = super()._deserialize(value, attr, data, **options)
        if not _MAIL.fullmatch(address):
            raise wrong("{value} is not an e-mail address. Write it as name@example.vn.", value=value)
        return address


class LabelText(Value):
    """A name: text that is the same in both languages, or `{vi: …, en: …}`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Label:
        by_language = {"vi": value, "en": value} if isinstance(value, str) else value
        if not isinstance(by_language, dict) or by_language.keys() != {"vi", "en"}:
            raise wrong(
                "{value} is not a name. Write a text, or the two keys vi and en under it.", value=value
            )
        text = Text()
        return Label(
            vi=text.deserialize(by_language["vi"], attr, data),
            en=text.deserialize(by_language["en"], attr, data),
        )


_PART = re.compile(r"([1-9][0-9]{0,3})(?:/([1-9][0-9]{0,3})|%)")


class Part(Value):
    """A part of a whole, above 0 and at most 1: `2/3` or `90%`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Fraction:
        found = _PART.fullmatch(value) if isinstance(value, str) else None
        part = Fraction(int(found[1]), int(found[2] or 100)) if found else Fraction(0)
        if not 0 < part <= 1:
            raise wrong("{value} is no part of a whole. Write it as 2/3 or 90%.", value=value)
        return part


class Many(Value):
    """A list of values of one kind."""

    def __init__(self, item: Value, *, least: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.item, self.least = item, least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) < self.least:
            raise wrong("Write a list of at least {least} here, each item after a dash.", least=self.least)
        items: list[Any] = []
        errors: dict[int, Any] = {}
        for index, item in enumerate(value):
            try:
                items.append(self.item.deserialize(item, attr, data))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors)
        return tuple(items)


class Record(Value):
    """A mapping of its own shape."""

    def __init__(self, schema: type[Schema], **options: Any) -> None:
        super().__init__(**options)
        self.schema = schema

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        return self.schema().load(value)


class Records(Many):
    """A list of mappings of one shape, told apart by the value of one key."""

    def __init__(self, schema: type[Schema], *, unique: str = "key", least: int = 0, **options: Any) -> None:
        super().__init__(Record(schema), least=least, **options)
        self.schema, self.unique = schema, unique

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> tuple[Any, ...]:
        errors: dict[int, Any] = {}
        seen: set[str] = set()
        for index, item in enumerate(value if isinstance(value, list) else []):
            name = item.get(self.unique) if isinstance(item, dict) else None
            if isinstance(name, str | int) and str(name) in seen:
                text = message(
                    "{name} stands in this list twice. Give each its own {key}.", name=name, key=self.unique
                )
                errors[index] = {self.unique: [text]}
            if name is not None:
                seen.add(str(name))
        try:
            items = super()._deserialize(value, attr, data, **options)
        except ValidationError as error:
            if isinstance(error.messages, dict):
                raise ValidationError(errors | error.messages) from None
            raise
        if errors:
            raise ValidationError(errors)
        return items
