"""The language of a page, and how templates say names, days, sizes and messages in it."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from flask import Flask, g, session
from flask_login import current_user
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from service import translations
from service.domain.amendments import Guidance
from service.domain.deadlines import day_in_figures, in_words, rest_day_warning
from service.domain.errors import Message
from service.domain.labels import Language
from service.domain.words import name_sort_key
from service.domain.zones import VIETNAM
from service.translations import catalogue, terms

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


def language() -> str:
    """The reader's language: their own once signed in, before that what this browser chose last."""
    settled: str | None = g.get("language")
    if settled is not None:
        return settled
    if current_user.is_authenticated:
        return current_user.actor.language
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else Language.VIETNAMESE


def settle_language() -> str:
    """The language of a page that is written now: it is asked for at every word, and looked up once."""
    settled = g.language = language()
    return settled


def say(sentence: str) -> str:
    """A plain sentence of the code in the reader's language; templates say `_('…')`."""
    return catalogue(language()).gettext(sentence)


def told(text: Message | None) -> str:
    """A message in the reader's language."""
    return "" if text is None else translations.translate(text, language())


def named(row: object | None) -> str:
    """The name of a row or label that has one in each language."""
    if row is None:
        return ""
    english = language() == Language.ENGLISH
    for attribute in ("name_en", "en") if english else ("name_vi", "vi"):
        name = getattr(row, attribute, None)
        if name:
            return str(name)
    return str(getattr(row, "name_vi", row))


def day(value: date | datetime | None, zone: ZoneInfo = VIETNAM) -> str:
    """A day as dd/mm/yyyy; of an instant, the local one."""
    if value is None:
        return ""
    return day_in_figures(value.astimezone(zone).date() if isinstance(value, datetime) else value)


def moment(value: datetime | None, zone: ZoneInfo = VIETNAM) -> str:
    """An instant as local day and 24-hour time."""
    return "" if value is None else f"{day(value, zone)} {value.astimezone(zone):%H:%M}"


def machine_moment(value: datetime, zone: ZoneInfo = VIETNAM) -> str:
    """An instant for the attribute `datetime` of an element `time`."""
    return value.astimezone(zone).isoformat(timespec="seconds")


def size(number: int) -> str:
    """Bytes in the unit people know, with the decimal mark of the language."""
    if number < 1024:
        return f"{number} B"
    text = f"{number / 1024:.0f} kB" if number < 1024**2 else f"{round(number / 1024**2, 1):g} MB"
    return text if language() == Language.ENGLISH else text.replace(".", ",")


def counted(number: int, most: int = 1000) -> str:
    """A count that stops at `most`, as "1000+"."""
    return f"{most}+" if number >= most else str(number)


@cache
def sayer(language: str) -> Callable[..., Markup]:
    """`_('…')` of templates in a language. Jinja's own asks and wraps every sentence anew; a page has a
    hundred."""

    def say_in(sentence: str, /, **params: object) -> Markup:
        return _marked(language, sentence) % params if params else _whole(language, sentence)

    return say_in


def _say(sentence: str, /, **params: object) -> Markup:
    """The same where nobody has told the template which."""
    return sayer(language())(sentence, **params)


@cache
def _marked(language: str, sentence: str) -> Markup:
    # Sentences are written by us and our translators, never by users.
    return Markup(catalogue(language).gettext(sentence))  # noqa: S704


@cache
def _whole(language: str, sentence: str) -> Markup:
    """A sentence without gaps; a doubled percent sign is one."""
    return _marked(language, sentence) % {}


def _say_number(one: str, many: str, number: int) -> str:
    return catalogue(language()).ngettext(one, many, number)


@pass_context
def _term(_page: Context, value: str | None, kind: str) -> str:
    """The word for a key; with the context, since Jinja would compile a constant in one language for all."""
    return told(terms.of(kind, value))


def prepare(app: Flask) -> None:
    """Gives templates the words of the reader's language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=say, ngettext=_say_number, newstyle=True
    )
    app.jinja_env.globals["_"] = _say
    app.jinja_env.filters.update(
        told=told,
        named=named,
        day=day,
        moment=moment,
        machine_moment=machine_moment,
        size=size,
        counted=counted,
        by_given_name=lambda people: sorted(people, key=lambda person: name_sort_key(person.name)),
        term=_term,
        guidance=Guidance.from_json,
        iso_day=lambda text: day(date.fromisoformat(text)) if text else "",
        last_moment=lambda deadline: told(in_words(deadline)),
        rest_warning=lambda deadline, calendar: told(rest_day_warning(deadline, calendar)),
    )
    app.jinja_env.globals.update(language=language, languages=LANGUAGES, terms_of=terms.all_of)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
