"""A folder of somebody's inbox as a sheet: its tasks in the order of the list, and the filters put on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from service.documents.spreadsheets import Cell, Kind, Sheet
from service.domain.errors import message
from service.domain.labels import Label
from service.domain.people import Actor
from service.domain.queues import Wanted
from service.domain.tasks import is_overdue
from service.operations.report.export_sheets import Note, Speech
from service.operations.work import folders
from service.store.tables import UserTask
from service.store.work import Work


def tasks(
    speech: Speech, rows: Iterable[tuple[int, UserTask]], now: datetime, steps: Mapping[str, Label]
) -> Sheet:
    """The tasks of a folder; `steps` names the steps by element."""

    def cells() -> Iterator[Sequence[Cell]]:
        for number, task in rows:
            dossier, is_open = task.dossier, task.closed_at is None
            yield (
                number,
                dossier.code,
                dossier.title,
                speech.name(dossier.unit),
                speech.name(dossier.round),
                speech.name(steps.get(task.element_id, Label(task.name, task.name))),
                speech.name(task.group.organisation),
                task.assignee.name if task.assignee else "",
                speech.day(task.opened_at),
                task.last_day,
                speech.say(message("overdue")) if is_open and is_overdue(task.due_at, now) else "",
                speech.say(message("returned")) if is_open and task.returned_by_group_id else "",
                speech.term("outcome", task.outcome or task.closing),
                speech.day(task.closed_at),
            )

    columns = speech.columns(
        (message("No."), 6, Kind.NUMBER),
        (message("Code"), 18, Kind.TEXT),
        (message("Title"), 44, Kind.LONG),
        (message("Unit"), 30, Kind.TEXT),
        (message("Round"), 30, Kind.TEXT),
        (message("Step"), 32, Kind.LONG),
        (message("Waits with"), 32, Kind.LONG),
        (message("Held by"), 24, Kind.TEXT),
        (message("Opened"), 12, Kind.DAY),
        (message("Deadline"), 12, Kind.DAY),
        (message("Overdue"), 12, Kind.TEXT),
        (message("Returned"), 14, Kind.TEXT),
        (message("Outcome"), 20, Kind.TEXT),
        (message("Completed on"), 12, Kind.DAY),
    )
    return Sheet(speech.say(message("Tasks")), columns, cells())


def notes(work: Work, actor: Actor, speech: Speech, wanted: Wanted) -> list[Note]:
    """Which folder it is and what the list was filtered and ordered by, in the words of the screen."""
    lines = [Note(message("Folder"), speech.term("folder", wanted.folder))]
    if wanted.text:
        lines.append(Note(message("Searched for"), wanted.text))
    if wanted.act is not None:
        lines.append(Note(message("Step"), speech.term("act", wanted.act)))
    if wanted.round_id is not None:
        lines.append(Note(message("Round"), speech.name(folders.round_named(work, actor, wanted.round_id))))
    if wanted.unit_id is not None:
        lines.append(Note(message("Unit"), speech.name(folders.unit_named(work, actor, wanted.unit_id))))
    if wanted.holder_id is not None:
        lines.append(Note(message("Held by"), speech.say(folders.holder_told(work, actor, wanted.holder_id))))
    if wanted.sort:
        keys = (f"{speech.term('sort', one.key)} {'↓' if one.descending else '↑'}" for one in wanted.sort)
        lines.append(Note(message("Order"), ", ".join(keys)))
    return lines
