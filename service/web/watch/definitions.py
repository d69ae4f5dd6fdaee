"""The deployed diagrams, every version of them, for administrators; to look at only."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from service import engine, forms
from service.operations.dossier.dossiers import DiagramPage
from service.store import definitions
from service.store.tables import FormVersion
from service.store.work import Work
from service.web.access import administrators
from service.web.pages import reading, show, with_etag
from service.web.parts.dossier_pages import diagram_words
from service.web.words import language

screen = Blueprint("definitions", __name__, url_prefix="/definitions")


@screen.get("")
@administrators
def every() -> Response:
    """All versions, the newest of each first, with how many dossiers run on each; and the forms likewise."""
    with reading() as work:
        deployed = definitions.every_form(work)
        return show(
            "definitions/every.html",
            versions=definitions.every(work),
            forms=deployed,
            titles={row.id: _title(work, row) for row, _ in deployed},
        )


def _title(work: Work, row: FormVersion) -> str:
    """What a version of a form is called on the screen."""
    return forms.read_form(definitions.form_content(work, row.id)).title.to(language())


@screen.get("/<id:definition_id>")
@administrators
def one(definition_id: int) -> Response:
    """One version, drawn and in words."""
    with reading() as work:
        row = definitions.get(work, definition_id)
        outline = engine.read(row.xml).outline
        undistinguished = DiagramPage(row.xml, row.key, row.version, [], [], outline)
        running = next(number for version, number in definitions.every(work) if version.id == row.id)
        return show(
            "definitions/one.html",
            definition=row,
            running=running,
            words=diagram_words(work, undistinguished, ()),
        )


@screen.get("/<id:definition_id>/diagram.bpmn")
@administrators
def diagram_file(definition_id: int) -> AnyResponse:
    """The diagram itself, for the viewer in the page."""
    with reading() as work:
        xml = definitions.xml_of(work, definitions.get(work, definition_id).id)
    return with_etag(Response(xml, content_type="application/xml; charset=utf-8"))
