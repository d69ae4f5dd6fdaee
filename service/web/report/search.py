"""The search over everything: a field in the head of every page leads here; filters live in the address."""

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest

from service.domain.searches import Subject, Wanted, fits, fragments
from service.operations.report import searches
from service.store.searches import Page
from service.translations import terms
from service.web import typed
from service.web.access import signed_in
from service.web.pages import actor, reading, show
from service.web.parts.search_filters import narrowed, params_of, wanted_of

screen = Blueprint("search", __name__)

PAGE_SIZE = 50
_SHOWN_NOMINEES = 3


@screen.get("/search")
@signed_in
def results() -> Response:
    """The first few of each kind that fit, or a whole page of one kind."""
    wanted, subject = wanted_of(), _subject()
    before = _before()
    if subject is None and not wanted.words:
        subject = Subject.DOSSIER if wanted.filtered else None
    with reading() as work:
        found = None
        if not wanted.empty:
            limit = PAGE_SIZE if subject else searches.HEAD
            found = searches.find(work, actor(), wanted, subject, before=before, limit=limit)
        return show(
            "search/page.html",
            wanted=wanted,
            subject=subject,
            found=found,
            before=before,
            choices=searches.choices(work, actor(), wanted.locality_id),
            narrowed=narrowed(work, actor(), wanted),
            statuses=terms.all_of("dossier"),
            kinds=terms.all_of("dossier_kind"),
            params=params_of(wanted),
            address=_address,
            following=_following,
            fragments=lambda text: fragments(text, wanted.words),
            nominees=lambda dossier: [
                one for one in dossier.nominations if wanted.words and fits(one.nominee_name, wanted.words)
            ][:_SHOWN_NOMINEES],
            fits=lambda text: fits(text, wanted.words),
            is_unit=searches.is_unit,
        )


def _address(wanted: Wanted, subject: Subject | None = None, before: int | None = None) -> str:
    """The page of a search."""
    given = params_of(wanted)
    if subject is not None:
        given["in"] = subject.value
    if before is not None:
        given["before"] = str(before)
    return url_for("search.results", **given)


def _following(wanted: Wanted, subject: Subject, page: Page[object]) -> str | None:
    """Where the list of one kind goes on."""
    return None if page.following is None else _address(wanted, subject, page.following)


def _subject() -> Subject | None:
    asked = request.args.get("in", "")
    if not asked:
        return None
    try:
        return Subject(asked)
    except ValueError:
        raise BadRequest from None


def _before() -> int | None:
    text = request.args.get("before", "")
    if not text:
        return None
    before = typed.number(text)
    if before is None:
        raise BadRequest
    return before
