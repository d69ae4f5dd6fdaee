"""Rules about what comes late: a deadline acts when a dossier leaves whoever owes it, and asks why there."""

from service.domain.errors import message
from service.engine.diagrams import Diagram, Element
from service.engine.dialect import USER_TASK
from service.engine.linting.findings import Report, Vocabulary


def check_lateness(diagram: Diagram, vocabulary: Vocabulary, report: Report) -> None:
    """Warns of deadlines whose policy never acts, and of steps that send on late without saying why."""
    owing: dict[str, list[Element]] = {}
    for element in diagram.elements.values():
        if element.type == USER_TASK and element.attributes.get("deadline") in vocabulary.deadlines:
            owing.setdefault(element.attributes["deadline"], []).append(element)
    for deadline, steps in owing.items():
        sending = [step for step in steps if step.attributes.get("act") in vocabulary.sending_acts]
        if not sending:
            report.warning(
                "never-late",
                steps[0].id,
                message(
                    "Nothing is ever judged late by “{deadline}”: no step that it is set for sends the "
                    "dossier on.",
                    deadline=deadline,
                ),
                message(
                    "Set it for the step that hands the dossier on as well, one with the act {acts}.",
                    acts=", ".join(sorted(vocabulary.sending_acts)),
                ),
            )
        for step in sending:
            form = step.attributes.get("form", "")
            if form in vocabulary.forms - vocabulary.asking_forms:
                report.warning(
                    "late-without-reason",
                    step.id,
                    message(
                        "The form “{form}” does not ask why something comes late: it is marked as late "
                        "without a reason, for good.",
                        form=form,
                    ),
                    message(
                        "Give the form the field late_reason, shown while “late” is true: forms/forward.json "
                        "has one."
                    ),
                )
