"""The one small tree of errors, and the translatable text that each of them carries.

An error says what to do, in words of the reader's language: it carries a `Message`, never a
finished sentence. Entry points (web, api, cli) translate it and map the class to a status in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """An English sentence with `{named}` places: the key of its translation, and its parameters."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])

    def __str__(self) -> str:
        return self.text.format_map(dict(self.params)) if self.params else self.text


def message(text: str, /, **params: object) -> Message:
    """Short form: `message("Dossier {code} is closed.", code=code)`."""
    return Message(text, params)


class TrinhError(Exception):
    """Something the caller has to know; `message` says what to do about it."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NotFound(TrinhError):
    """It does not exist, or the caller may not know that it exists."""


class NotAllowed(TrinhError):
    """The caller is known but may not do this."""


class Conflict(TrinhError):
    """The world has moved on: somebody else was first, or the state does not permit it any more."""


class Overtaken(Conflict):
    """Another transaction changed the same rows first: the very same attempt may succeed next time."""


class Unavailable(TrinhError):
    """The database cannot be reached or is too busy: nothing is wrong with what was asked, only with now."""


class Invalid(TrinhError):
    """The input is wrong; `fields` names each wrong place (form field, file position, element id).

    `beside` is what a program should know besides, by name; a screen has its own words for it.
    """

    def __init__(
        self,
        message: Message,
        fields: Mapping[str, Message] | None = None,
        beside: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.fields: dict[str, Message] = dict(fields or {})
        self.beside: dict[str, object] = dict(beside or {})


class EngineFailure(TrinhError):
    """The process engine met a state that it must not meet; becomes an incident."""
