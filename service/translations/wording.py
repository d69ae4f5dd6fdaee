"""Messages and values as people of a language read them."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import cast

from service.domain.errors import Message
from service.domain.labels import Label
from service.translations.catalogues import catalogue
from service.translations.terms import of_member


def translate(text: Message, language: str) -> str:
    """A message in a language, `vi` or `en`, with its parameters worded in that language too."""
    if not text.text:
        return ""
    sentence = catalogue(language).gettext(text.text)
    if not text.params:
        return sentence
    return sentence.format_map({name: in_words(value, language) for name, value in text.params.items()})


def in_words(value: object, language: str) -> object:
    """A parameter of a message for people; what has no words of its own stays as it is.

    An instant is told in the zone it carries: turn it into the locality's before.
    """
    match value:
        case Message():
            return translate(value, language)
        case Label():
            return value.in_language(language)
        case StrEnum():
            return translate(of_member(value), language)
        case datetime():
            return f"{value:%H:%M %d/%m/}{value.year:04d}"
        case date():
            return f"{value:%d/%m/}{value.year:04d}"
        case list() | tuple() | set() | frozenset():
            members = cast("Iterable[object]", value)
            return ", ".join(str(in_words(member, language)) for member in members)
        case _:
            return value
