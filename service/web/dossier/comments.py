"""Comments on a dossier, beside its history: reading, writing, changing, removing, and calling people."""

from flask import Blueprint, Response, flash, jsonify, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.comments import LONGEST, Scope
from service.domain.errors import Conflict, Invalid, TrinhError, message
from service.operations.dossier import comments
from service.operations.work import drafts
from service.store.work import Work
from service.web import typed
from service.web.access import Who, allow, signed_in
from service.web.complaints import complaint_of, status_of
from service.web.linking import linked
from service.web.pages import actor, reading, show, wants_fragment, with_etag, writing
from service.web.parts.dossier_pages import content
from service.web.words import named, told

screen = Blueprint("comments", __name__)

SHORTLY = 5
"""So many mentions the hint in the inbox names; it says how many more there are, and leads to all."""


@screen.get("/dossiers/<id:dossier_id>/comments")
@allow(Who.READERS)
def every(dossier_id: int) -> Response:
    """The comments that the reader may read; those that call them count as read from now on."""
    answer = _page(dossier_id)
    with reading() as work:
        unread = comments.unread(work, actor(), dossier_id)
    if unread:
        with writing() as work:
            comments.mark_read(work, actor(), unread)
    return answer


@screen.post("/dossiers/<id:dossier_id>/comments")
@allow(Who.SPEAKERS)
def write(dossier_id: int) -> AnyResponse:
    """Writes one and leads to it."""
    place = _place(dossier_id)
    try:
        with writing() as work:
            made = comments.write(
                work, actor(), dossier_id, request.form.get("body", ""), request.form.get("scope", "")
            )
            drafts.discard_page(work, actor(), place)
    except Invalid as error:
        return _page(dossier_id, error)
    return _to(dossier_id, made.id)


@screen.get("/dossiers/<id:dossier_id>/comments/<id:comment_id>")
@allow(Who.WRITER)
def edit(dossier_id: int, comment_id: int) -> Response:
    """The same page with the words of one's own comment open for changing."""
    with reading() as work:
        comments.require_own(work, actor(), dossier_id, comment_id)
    return _page(dossier_id, editing=comment_id)


@screen.post("/dossiers/<id:dossier_id>/comments/<id:comment_id>")
@allow(Who.WRITER)
def change(dossier_id: int, comment_id: int) -> AnyResponse:
    """Takes over other words, for a while after the comment was written."""
    try:
        with writing() as work:
            comments.change(work, actor(), dossier_id, comment_id, request.form.get("body", ""))
    except (Invalid, Conflict) as error:
        return _page(dossier_id, error, editing=comment_id)
    return _to(dossier_id, comment_id)


@screen.post("/dossiers/<id:dossier_id>/comments/<id:comment_id>/remove")
@allow(Who.AUTHORS)
def remove(dossier_id: int, comment_id: int) -> AnyResponse:
    """Takes its words away; that it stood there stays."""
    with writing() as work:
        comments.remove(work, actor(), dossier_id, comment_id)
    flash(told(message("The comment has been removed. Its place still shows that it stood there.")))
    return _to(dossier_id, comment_id)


@screen.get("/dossiers/<id:dossier_id>/comments/people")
@allow(Who.SPEAKERS)
def people(dossier_id: int) -> Response:
    """People whom a comment can call, for the list below the text."""
    text = request.args.get("q", "")[:100]
    with reading() as work:
        found = comments.suggest(work, actor(), dossier_id, text, request.args.get("scope", Scope.DOSSIER))
        names = [person.name for person, _ in found]
        return jsonify(
            people=[
                {
                    "name": person.name,
                    "office": named(office),
                    # Two of one name are called by their sign-in names.
                    "written": person.name if names.count(person.name) == 1 else person.sign_in_name,
                }
                for person, office in found
            ]
        )


@screen.get("/mentions")
@signed_in
def mentions() -> AnyResponse:
    """Comments that call the reader and that they have not read: a page, or the hint in the inbox."""
    with reading() as work:
        template = "comments/hint.html" if wants_fragment() else "comments/mentions.html"
        return with_etag(show(template, hints=comments.hints(work, actor()), shortly=SHORTLY))


def _page(dossier_id: int, error: TrinhError | None = None, editing: int | None = None) -> Response:
    before = request.args.get("before", "")
    if before and typed.number(before) is None:
        raise BadRequest
    with reading() as work:
        shared = content(work, dossier_id)
        told_ = comments.show(work, actor(), dossier_id, before_id=typed.number(before))
        return show(
            "comments/page.html",
            status_of(error),
            **shared,
            conversation=told_,
            editing=editing,
            complaint=complaint_of(error),
            typed=_typed(work, dossier_id, refused=error is not None and editing is None),
            retyped=request.form.get("body") if error is not None and editing else None,
            draft=drafts.find_page(work, actor(), _place(dossier_id)),
            place=_place(dossier_id),
            longest=LONGEST,
            scopes=list(Scope),
            linked=linked,
        )


def _typed(work: Work, dossier_id: int, *, refused: bool) -> dict[str, str]:
    """What stands in the box for a new comment: what was just refused, else the draft."""
    if refused:
        return {"body": request.form.get("body", ""), "scope": request.form.get("scope", "")}
    kept = drafts.find_page(work, actor(), _place(dossier_id))
    return {"body": "", "scope": Scope.DOSSIER.value} | (dict(kept.content) if kept else {})


def _place(dossier_id: int) -> str:
    return f"comment-{dossier_id}"


def _to(dossier_id: int, comment_id: int) -> AnyResponse:
    return redirect(url_for("comments.every", dossier_id=dossier_id, _anchor=f"comment-{comment_id}"), 303)
