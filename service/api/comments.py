"""Comments on dossiers: reading, writing, changing, removing; finding whom they can call."""

from typing import Any

from apiflask import APIBlueprint

from service.api.access import Who, allow
from service.api.fields import Shown
from service.api.schemas.comments import (
    CallableList,
    ChangedComment,
    Comment,
    CommentList,
    CommentQuery,
    NewComment,
    PeopleQuery,
)
from service.api.works import reads, writes
from service.domain.people import Actor
from service.operations.dossier import comments
from service.operations.dossier.comments import Told
from service.store import tables as rows
from service.store.work import Work

blueprint = APIBlueprint(
    "comments", __name__, tag="Comments", url_prefix="/dossiers/<row:dossier_id>/comments"
)


@blueprint.get("")
@allow(Who.READERS)
@blueprint.input(CommentQuery, location="query", unknown="raise")
@reads
@blueprint.output(CommentList)
def list_comments(work: Work, actor: Actor, dossier_id: int, query_data: dict[str, Any]) -> Any:
    """List the comments of a dossier that one may read, oldest first."""
    told = comments.show(work, actor, dossier_id, before_id=query_data["before"], limit=query_data["limit"])
    return {
        "comments": [_shown(one, told.dossier) for one in told.comments],
        "before": told.comments[0].row.id if told.earlier else None,
    }


@blueprint.post("")
@allow(Who.SPEAKERS)
@blueprint.input(NewComment)
@writes
@blueprint.output(Comment, status_code=201)
def write_comment(work: Work, actor: Actor, dossier_id: int, json_data: dict[str, Any]) -> Any:
    """Write a comment; whoever it calls by `@Name` is told by mail and in the inbox."""
    made = comments.write(work, actor, dossier_id, json_data["body"], json_data["scope"])
    return _shown(comments.told(work, actor, made), made.dossier)


@blueprint.put("/<row:comment_id>")
@allow(Who.WRITER)
@blueprint.input(ChangedComment)
@writes
@blueprint.output(Comment)
def change_comment(
    work: Work, actor: Actor, dossier_id: int, comment_id: int, json_data: dict[str, Any]
) -> Any:
    """Give one's own comment other words within 15 minutes; what it said before stays readable."""
    changed = comments.change(work, actor, dossier_id, comment_id, json_data["body"])
    return _shown(comments.told(work, actor, changed), changed.dossier)


@blueprint.delete("/<row:comment_id>")
@allow(Who.AUTHORS)
@writes
@blueprint.output(Comment)
def remove_comment(work: Work, actor: Actor, dossier_id: int, comment_id: int) -> Any:
    """Take the words of one's own comment away; that it stood there, and who removed it, stays."""
    removed = comments.remove(work, actor, dossier_id, comment_id)
    return _shown(comments.told(work, actor, removed), removed.dossier)


@blueprint.get("/people")
@allow(Who.SPEAKERS)
@blueprint.input(PeopleQuery, location="query", unknown="raise")
@reads
@blueprint.output(CallableList)
def find_callable_people(work: Work, actor: Actor, dossier_id: int, query_data: dict[str, Any]) -> Any:
    """Find the people whom a comment can call, by an accent-free part of their names."""
    found = comments.suggest(work, actor, dossier_id, query_data["q"], query_data["scope"])
    return {
        "people": [
            {"person": person, "sign_in_name": person.sign_in_name, "office": office}
            for person, office in found
        ]
    }


def _shown(told: Told, dossier: rows.Dossier) -> Shown:
    zone = dossier.round.locality.zone
    row = told.row
    gone = row.removed_at is not None
    return Shown(
        row,
        zone,
        body=told.body,
        versions=[] if gone else [Shown(version, zone) for version in row.versions],
        mentions=[] if gone else row.mentions,
        may_change=told.may_change,
        may_remove=told.may_remove,
    )
