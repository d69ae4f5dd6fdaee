"""Rehearsals as JSON, for programs and for keeping them a while, and back: docs/reference/rehearsals.md."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from service.domain.errors import Message
from service.domain.labels import Label
from service.rehearsals.rehearsing import Rehearsed
from service.rehearsals.results import Result

_Bound = Mapping[Any, Any]
"""What stands for the type variables of a generic value."""


def as_json(rehearsed: Rehearsed) -> dict[str, Any]:
    """A rehearsal in plain values: instants with the offset of the locality, days as ISO dates.

    Each of the two results carries its counts besides, in whole and by office and day.
    """
    zone = rehearsed.result.zone
    written = cast(dict[str, Any], _plain(rehearsed, zone))
    for name, result in (("result", rehearsed.result), ("changed", rehearsed.changed)):
        if result is not None:
            written[name]["counts"] = counts(result)
            written[name]["by_office_and_day"] = _plain(result.by_office_and_day(), zone)
    return written


def counts(result: Result) -> dict[str, int]:
    """How much there was of each."""
    return {
        "dossiers": result.dossiers,
        "under_way": result.under_way,
        "ended": len(result.endings),
        "mails": len(result.mails),
        "overdue": len(result.overdue),
        "escalations": len(result.escalations),
        "stuck": len(result.stuck),
    }


def of_json(written: Mapping[str, Any]) -> Rehearsed:
    """The rehearsal that was written; what was only counted is left alone."""
    return cast(Rehearsed, _value(Rehearsed, written, {}))


def message_as_json(told: Message) -> dict[str, Any]:
    """A message with its parameters, of which messages and labels stay what they are."""
    params: dict[str, object] = {}
    for key, param in told.params.items():
        match param:
            case Message():
                params[key] = message_as_json(param)
            case Label():
                params[key] = {"vi": param.vi, "en": param.en}
            case int():
                params[key] = param
            case _:
                params[key] = str(param)
    return {"text": told.text, "params": params}


def message_of_json(written: Mapping[str, Any]) -> Message:
    """The message that was written."""
    params: dict[str, object] = {}
    for key, param in cast(Mapping[str, Any], written["params"]).items():
        if isinstance(param, Mapping):
            known = cast(Mapping[str, Any], param)
            params[key] = message_of_json(known) if "text" in known else Label(known["vi"], known["en"])
        else:
            params[key] = param
    return Message(written["text"], params)


def _plain(value: object, zone: ZoneInfo) -> object:
    match value:
        case Message():
            return message_as_json(value)
        case datetime():
            return value.astimezone(zone).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case ZoneInfo():
            return value.key
        case Mapping():
            known = cast(Mapping[str, object], value)
            return {key: _plain(one, zone) for key, one in known.items()}
        case tuple() | list():
            return [_plain(one, zone) for one in cast(list[object], value)]
        case _ if is_dataclass(value):
            return {one.name: _plain(getattr(value, one.name), zone) for one in fields(value)}
        case _:
            return value


def _value(kind: Any, written: Any, bound: _Bound) -> object:
    if isinstance(kind, TypeVar):
        kind = bound[kind]
    if get_origin(kind) in {Union, UnionType}:
        if written is None:
            return None
        kind = next(one for one in get_args(kind) if one is not NoneType)
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if origin is tuple:
        kinds = [arguments[0]] * len(written) if arguments[-1] is Ellipsis else arguments
        return tuple(_value(one, item, bound) for one, item in zip(kinds, written, strict=True))
    if origin in _READERS:
        return _READERS[origin](written)
    if is_dataclass(origin):
        return _dataclass(origin, arguments, written, bound)
    if isinstance(written, Mapping):
        known = cast(Mapping[str, Any], written)
        return {key: _value(arguments[1], one, bound) for key, one in known.items()}
    return written


def _dataclass(origin: Any, arguments: tuple[Any, ...], written: Mapping[str, Any], bound: _Bound) -> object:
    if arguments:
        variables = getattr(origin, "__parameters__", ())
        bound = dict(zip(variables, (bound.get(one, one) for one in arguments), strict=True))
    kinds = _kinds(origin)
    # What an older version has kept lacks the newest fields: they have defaults.
    return origin(
        **{name: _value(kind, written[name], bound) for name, kind in kinds.items() if name in written}
    )


@cache
def _kinds(origin: Any) -> Mapping[str, Any]:
    """The kind of each field of a dataclass; a result has thousands of a few of them."""
    hints = get_type_hints(origin)
    return {one.name: hints[one.name] for one in fields(origin)}


_READERS: Mapping[Any, Callable[[Any], object]] = {
    ZoneInfo: ZoneInfo,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Message: message_of_json,
}
