"""In which language an answer speaks."""

from flask import g, request

from service.domain.errors import Message
from service.domain.labels import Language
from service.domain.people import Actor
from service.translations import translate

KNOWN = [language.value for language in Language]


def language() -> str:
    """What the request asks for by Accept-Language, else the person's own, else Vietnamese."""
    asked = request.accept_languages.best_match(KNOWN) if request.accept_languages else None
    if asked:
        return asked
    actor: Actor | None = g.get("actor")
    return actor.language if actor else Language.VIETNAMESE


def in_words(text: Message) -> str:
    """A message in the language of the answer."""
    return translate(text, language())
