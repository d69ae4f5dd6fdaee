"""Where a round stands: charts with the same numbers as tables, each number leading to its list."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.domain.dossiers import NominationStatus
from service.domain.labels import Language
from service.domain.reports import UnitState
from service.domain.searches import Sent, Subject, Wanted
from service.operations.report import progress
from service.web.access import Who, allow, signed_in
from service.web.pages import actor, reading, show
from service.web.parts import round_pages
from service.web.parts.citations import document_names
from service.web.parts.search_filters import params_of
from service.web.report import progress_charts
from service.web.words import language

screen = Blueprint("progress", __name__)


@screen.get("/progress")
@signed_in
def newest() -> AnyResponse:
    """Leads to the round that matters most now."""
    with reading() as work:
        _, locality = round_pages.choice(work)
        round_ = progress.newest_round(work, actor(), locality.id) if locality else None
        if locality is None or round_ is None:
            return show("progress/none.html")
        return redirect(url_for("progress.one", key=round_.key, locality=locality.id), 303)


@screen.get("/rounds/<key>/progress")
@allow(Who.LOCALITY)
def one(key: str) -> Response:
    """One round: steps and endings, units, offices, nominations, days taken."""
    with reading() as work:
        localities, _ = round_pages.choice(work)
        locality = round_pages.chosen(work)
        found = progress.show(work, actor(), locality.id, key)
        of_round = Wanted(locality_id=locality.id, round_id=found.round.id)
        return show(
            "progress/page.html",
            progress=found,
            localities=localities,
            locality=locality,
            rounds=progress.rounds(work, locality.id),
            charts=progress_charts,
            of_round=of_round,
            list_of=_list_of,
            nominees_of=_nominees_of,
            with_filters=replace,
            UnitState=UnitState,
            Sent=Sent,
            statuses=list(NominationStatus),
            names=document_names(work, locality),
            params=params_of(of_round),
            decimal=_decimal,
        )


def _list_of(wanted: Wanted) -> str:
    """The list of the dossiers that a number counts."""
    return url_for("search.results", **params_of(wanted))


def _nominees_of(wanted: Wanted) -> str:
    """The list of the nominations that a number counts."""
    given: dict[str, Any] = params_of(wanted) | {"in": Subject.NOMINATION.value}
    return url_for("search.results", **given)


def _decimal(number: float) -> str:
    """A number of days with one decimal, written as the reader's language does."""
    text = f"{number:.1f}"
    return text if language() == Language.ENGLISH else text.replace(".", ",")
