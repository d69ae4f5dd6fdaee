"""The kinds of values that travel over the API, with words of our own for what is wrong with them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from zoneinfo import ZoneInfo

from apiflask import Schema
from marshmallow import EXCLUDE, RAISE, ValidationError, fields, validate

from service.api.routing import LARGEST_NUMBER
from service.domain.errors import Message, message

_DIGITS = re.compile(r"[0-9]{1,19}")
_WRITABLE_CONTROLS = frozenset("\n\t\r")

_REQUIRED = message("This field is missing: fill it in.")
_UNKNOWN = message("There is no such field here: leave it out.")
_OBJECT = message("Write a JSON object here.")
_LIST = message("Write a list here.")
_TEXT = message("Write a text here.")
_CHARACTERS = message("This text holds characters that cannot be stored: type it again.")
_WHOLE = message("Write a whole number here.")
_SHARE = message("Write a share from 0 to 1, such as 0.2.")
_FLAG = message("Write true or false here.")


class Input(Schema):
    """What a caller sends: a name that is not declared is refused, so nothing is set by accident."""

    class Meta:
        unknown = RAISE

    # marshmallow hands these through untouched; ours are translated when the answer is written.
    error_messages = {"unknown": cast(str, _UNKNOWN), "type": cast(str, _OBJECT)}


class Query(Input):
    """What a caller asks for in the query of an address."""


class Answer(Schema):
    """What a caller gets: every field is always there, empty ones as null."""

    class Meta:
        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = True


def _refuse(text: Message) -> ValidationError:
    return ValidationError([text])


class _Worded:
    default_error_messages = {"required": [_REQUIRED], "null": [_REQUIRED]}


class Text(_Worded, fields.String):
    """A text that both databases can store, from `least` to `most` characters."""

    default_error_messages = {"invalid": [_TEXT], "invalid_utf8": [_TEXT]}

    def __init__(self, most: int, *, least: int = 1, **options: Any) -> None:
        super().__init__(validate=_Length(min=least, max=most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_storable(text):
            raise _refuse(_CHARACTERS)
        return text


class Secret(Text):
    """A text that is never shown again."""

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(most, load_only=True, metadata={"format": "password"}, **options)


class Whole(_Worded, fields.Integer):
    """A whole number; `written` is for addresses and forms, where every value is a text."""

    def __init__(self, *, least: int, most: int, written: bool = False, **options: Any) -> None:
        self.written = written
        super().__init__(validate=_Range(min=least, max=most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if self.written and isinstance(value, str) and _DIGITS.fullmatch(value):
            return int(value)
        if self.written or isinstance(value, bool) or not isinstance(value, int):
            raise _refuse(_WHOLE)
        return value


class Share(_Worded, fields.Float):
    """A share, from 0 to 1."""

    default_error_messages = {"invalid": [_SHARE], "special": [_SHARE], "too_large": [_SHARE]}

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"minimum": 0, "maximum": 1}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise _refuse(_SHARE)
        return float(value)


class Number(Whole):
    """The number of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(least=1, most=LARGEST_NUMBER, **options)


class Choice(_Worded, fields.String):
    """One of the values of an enumeration."""

    default_error_messages = {"invalid": [_TEXT], "invalid_utf8": [_TEXT]}

    def __init__(self, kind: type[StrEnum], **options: Any) -> None:
        super().__init__(validate=_OneOf([member.value for member in kind]), **options)


class Items(_Worded, fields.List):
    """A list with at most `most` members."""

    default_error_messages = {"invalid": [_LIST]}

    def __init__(self, inner: fields.Field[Any], *, most: int, least: int = 0, **options: Any) -> None:
        super().__init__(inner, validate=_Length(min=least, max=most), **options)


class Part(_Worded, fields.Nested):
    """An object inside an object."""

    default_error_messages = {"type": [_OBJECT]}


class FormValues(_Worded, fields.Field[Mapping[str, Any]]):
    """The values of a task's form by field key: texts, numbers, true, false or null.

    Which keys and values are right, the form of the task decides; here only the shape.
    """

    def __init__(self, **options: Any) -> None:
        shape = {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            "maxProperties": 200,
        }
        super().__init__(metadata=shape, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict) or len(value) > 200:
            raise _refuse(_OBJECT)
        wrong = {key: [_TEXT] for key, item in value.items() if isinstance(item, dict | list)}
        wrong |= {
            key: [_CHARACTERS]
            for key, item in value.items()
            if not is_storable(key) or (isinstance(item, str) and not is_storable(item))
        }
        if wrong:
            raise ValidationError(wrong)
        return value


class Flag(_Worded, fields.Boolean):
    """True or false."""

    default_error_messages = {"invalid": [_FLAG]}


class Instant(fields.Field[datetime]):
    """An instant in ISO 8601, with the offset of the locality that the row is shown in (see `Shown`)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"type": ["string", "null"], "format": "date-time"}, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(obj.zone).isoformat()


class Day(fields.Date):
    """A local date, `2024-12-05`; null when there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_none=True, **options)


class Name(fields.Field[Mapping[str, str]]):
    """A row's name in both languages of the screens; `of` is where in the object the named row is."""

    def __init__(self, of: str | None = None, **options: Any) -> None:
        self.of = of
        text = {"type": "string"}
        shape = {"type": "object", "properties": {"vi": text, "en": text}, "required": ["vi", "en"]}
        super().__init__(metadata=shape, **options)

    def serialize(self, attr: str, obj: Any, *_args: Any, **_kwargs: Any) -> Any:
        row = getattr(obj, self.of) if self.of else obj
        return {"vi": row.name_vi, "en": row.name_en}


class Shown:
    """A row as an answer shows it: in the zone of its locality, with what was worked out about it."""

    def __init__(self, row: object, zone: str | ZoneInfo, **more: object) -> None:
        self.row = row
        self.zone = ZoneInfo(zone) if isinstance(zone, str) else zone
        self.more = more

    def __getattr__(self, name: str) -> Any:
        return self.more[name] if name in self.more else getattr(self.row, name)


def is_storable(text: str) -> bool:
    """Whether both databases can keep the text: no half characters, no control characters but line ends."""
    return all(
        character in _WRITABLE_CONTROLS or unicodedata.category(character) not in {"Cc", "Cs"}
        for character in text
    )


class _Length(validate.Length):
    def __call__(self, value: Any) -> Any:
        if self.min is not None and len(value) < self.min:
            raise _refuse(_REQUIRED)
        if self.max is not None and len(value) > self.max:
            if isinstance(value, str):
                raise _refuse(message("At most {most} characters.", most=self.max))
            raise _refuse(message("At most {most} of these.", most=self.max))
        return value


class _Range(validate.Range):
    def __call__(self, value: Any) -> Any:
        low, high = self.min or 0, self.max or 0
        if not low <= value <= high:
            raise _refuse(message("Write a number from {least} to {most}.", least=low, most=high))
        return value


class _OneOf(validate.OneOf):
    def __call__(self, value: Any) -> Any:
        if value not in self.choices:
            raise _refuse(message("Write one of: {choices}.", choices=", ".join(self.choices)))
        return value
