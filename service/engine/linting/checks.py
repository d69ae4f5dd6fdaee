"""The order of the rules: each set runs only on what the sets before it have found sound."""

from service.domain.errors import Invalid, message
from service.engine import xml as safe_xml
from service.engine.definitions import read
from service.engine.diagrams import draw, processes
from service.engine.linting.findings import Finding, Report, Vocabulary
from service.engine.linting.lateness import check_lateness
from service.engine.linting.parts import check_file
from service.engine.linting.paths import check_paths
from service.engine.linting.shapes import check_elements, check_ids, check_lanes, check_picture
from service.engine.linting.soundness import check_soundness
from service.engine.linting.words import check_events, check_words


def check(xml: bytes, vocabulary: Vocabulary) -> list[Finding]:
    """Everything wrong with a diagram, in the order of the rules. Never raises.

    An empty list, or one with warnings only, means that it can be deployed. Bytes from outside go
    through `check_isolated`, which bounds the time and memory this takes.
    """
    report = Report()
    try:
        _check(xml, vocabulary, report)
    except Invalid as error:
        report.error("unreadable", "", error.message)
    except Exception as error:  # noqa: BLE001 - a mistake of ours must not open the door to a bad diagram
        report.error(
            "check-failed",
            "",
            message("The check failed: {reason}", reason=f"{type(error).__name__}: {error}"),
        )
    return report.findings


def _check(xml: bytes, vocabulary: Vocabulary, report: Report) -> None:
    definitions = safe_xml.read(safe_xml.parse(xml))
    check_file(definitions, report)
    found = processes(definitions)
    if not found:
        return
    check_ids(definitions, report)
    diagram = draw(definitions, found[0])
    check_elements(diagram, report)
    check_lanes(found[0], diagram, report)
    check_words(diagram, vocabulary, report)
    check_events(found[0], vocabulary, report)
    check_paths(diagram, report)
    if report.has_errors:
        return
    check_soundness(diagram, report)
    check_picture(definitions, diagram, report)
    check_lateness(diagram, vocabulary, report)
    if not report.has_errors:
        read(xml)
