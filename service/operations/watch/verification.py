"""`trinh verify`: proves that rows, engine states, histories and files agree.

Each invariant walks the database in bounded pages and reports what it finds broken, never stopping at
the first. It reads only.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from service import documents, engine
from service.domain import overlaps
from service.domain.errors import TrinhError
from service.operations import histories
from service.operations.process import processes
from service.operations.watch import collaboration_checks, content_checks
from service.operations.watch.violations import Broken
from service.operations.work.overlaps import ANSWERED as OVERLAP_ANSWERED
from service.store import cases, verification
from service.store import exports as export_rows
from service.store.cases import Case
from service.store.tables import Attachment, FormFile
from service.store.tables.search_words import FINDABLE, words_for
from service.store.work import Work

PAGE = 200
UNTRACKED_GRACE = timedelta(hours=1)
"""A file younger than this may belong to a transaction that has not committed yet."""


@dataclass(frozen=True, slots=True)
class Report:
    """What verification looked at and what it found broken.

    `strays` are stored files that no attachment owns: what a kill between storing a file and its commit
    leaves behind. They harm nothing and are only told.
    """

    checked: dict[str, int]
    broken: tuple[Broken, ...]
    strays: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


_OF_ALL: tuple[tuple[str, Callable[[Work], list[str]], str], ...] = (
    ("no mail keeps sending past its lease", verification.stale_sending, "lease over"),
    ("a timer that fired is told once", verification.timers_told_otherwise, "fired and told differ"),
    ("a reminder that fired has its mail", verification.unsent_reminders, "no mail"),
    ("a mail is about what there is", verification.mails_of_nothing, "refers to nothing"),
    ("whoever sent a dossier on waits until it ends", verification.wrongly_awaited, "waiting wrongly"),
)
"""What is looked for in all rows at once: the invariant, those that break it, and how."""


def verify(work: Work, attachments: Path | None = None, exports: Path | None = None) -> Report:
    """Checks all invariants; the paths are the folders of files, None to leave such files out."""
    checked: Counter[str] = Counter()
    broken: list[Broken] = []
    for case in _cases(work):
        checked["dossiers"] += 1
        broken += _open_tasks_match(work, case)
        for check in _PER_DOSSIER:
            broken += check(case)
    for name, rows in verification.duplicates(work).items():
        checked[name] += 1
        broken += [Broken(name, where, f"{number} times") for where, number in rows]
    for where in _misleading_words(work, checked):
        broken.append(Broken("a row is found by its words", where, "other words are kept"))
    for name, look, found in _OF_ALL:
        checked[name] += 1
        broken += [Broken(name, where, found) for where in look(work)]
    strays: list[str] = []
    if attachments is not None:
        damage, strays = _files(work, attachments, checked)
        broken += damage
    if exports is not None:
        broken += _exports(work, exports, checked)
    return Report(dict(checked), tuple(broken), tuple(strays))


def _cases(work: Work) -> Iterator[Case]:
    after = 0
    while page := cases.page(work, after, PAGE):
        yield from page
        after = page[-1].dossier.id
        work.session.expunge_all()


def _misleading_words(work: Work, checked: Counter[str]) -> Iterator[str]:
    """What can be found, but not by the words that it says now; and words that tell of nothing."""
    for kind in FINDABLE:
        after = 0
        while page := verification.findable(work, kind, after, PAGE):
            for row, words in page:
                checked["findable rows"] += 1
                if words != words_for(row):
                    yield f"{kind.__tablename__} {row.id}"
            after = page[-1][0].id
            work.session.expunge_all()
        yield from verification.words_of_nothing(work, kind)


def _open_tasks_match(work: Work, case: Case) -> list[Broken]:
    """Open user tasks and timers are exactly those of the engine's state."""
    name = "open tasks match the engine"
    where = f"dossier {case.dossier.id}"
    try:
        step = engine.inspect(processes.definition_of(work, case.instance), case.instance.state)
    except TrinhError as error:
        return [Broken(name, where, f"state unreadable: {error}")]
    found: list[Broken] = []
    rows = {(task.engine_task_id, task.element_id) for task in case.open_tasks}
    state = {(task.id, task.element_id) for task in step.open_tasks}
    if rows != state:
        found.append(Broken(name, where, f"rows {sorted(rows)}, engine {sorted(state)}"))
    timers = {timer.engine_task_id for timer in case.timers}
    waiting = {timer.task_id for timer in step.timers}
    if timers != waiting:
        found.append(Broken("timers match the engine", where, f"{sorted(timers ^ waiting)}"))
    if (step.ended is not None) != case.instance.ended:
        found.append(Broken(name, where, "ended in one, not in the other"))
    return found


def _ends_properly(case: Case) -> list[Broken]:
    """No completion without an end event; no open dossier without an open task, timer or incident."""
    dossier, instance = case.dossier, case.instance
    where = f"dossier {dossier.code}"
    if instance.ended and (dossier.ending is None or dossier.closed_at is None):
        return [Broken("no completion without an end event", where, "ended nowhere")]
    if not instance.ended and dossier.ending is not None:
        return [Broken("no completion without an end event", where, "closed but still running")]
    waits = case.open_tasks or case.timers
    if not instance.ended and not waits and not case.explained:
        return [Broken("an open dossier waits for something", where, "nothing waits")]
    return []


def _history_holds(case: Case) -> list[Broken]:
    """The version counts the history's steps, and no step was changed or taken out."""
    dossier, steps = case.dossier, case.history
    where = f"dossier {dossier.code}"
    found: list[Broken] = []
    if dossier.version != len(steps) or [step.position for step in steps] != list(range(1, len(steps) + 1)):
        found.append(
            Broken("version counts the history", where, f"version {dossier.version}, {len(steps)} steps")
        )
    before = ""
    for step in steps:
        before = histories.digest_of(before, step)
        if step.digest != before:
            found.append(Broken("history is unchanged", where, f"step {step.position} was altered"))
            break
    else:
        if dossier.head_digest != before:
            found.append(Broken("history is unchanged", where, "its end was cut off or replaced"))
    return found


def _replay_agrees(case: Case) -> list[Broken]:
    """One completion per task: each closed task was closed by exactly one history step."""
    completed = Counter(step.task_id for step in case.history if step.kind == "completed")
    found = [
        Broken("one completion per task", f"task {task_id}", f"{number} completions")
        for task_id, number in completed.items()
        if number != 1
    ]
    closed = {task.id for task in case.tasks if task.closing == "completed"}
    if closed != set(completed):
        differing = sorted(str(task) for task in closed ^ set(completed))
        found.append(Broken("one completion per task", f"dossier {case.dossier.id}", f"tasks {differing}"))
    return found


def _overlaps_hold(case: Case) -> list[Broken]:
    """Match keys fit what the nominations say; each answer about two of them stands in both histories."""
    found = [
        Broken("a match key tells its nomination", f"nomination {one.id}", "made of other words")
        for one in case.nominations
        if one.match_key
        != overlaps.match_key(one.nominee_kind, one.nominee_name, one.award.key, one.achievement)
    ]
    told = Counter(
        (step.outcome, step.reason, step.person_id, step.at)
        for step in case.history
        if step.kind == OVERLAP_ANSWERED
    )
    kept = Counter((answer.verdict, answer.reason, answer.person_id, answer.at) for answer in case.answers)
    if told != kept:
        found.append(
            Broken(
                "both histories tell an answer about an overlap",
                f"dossier {case.dossier.id}",
                f"{kept.total()} answers, {told.total()} steps",
            )
        )
    return found


_PER_DOSSIER: tuple[Callable[[Case], list[Broken]], ...] = (
    _ends_properly,
    _history_holds,
    _replay_agrees,
    _overlaps_hold,
    *content_checks.CHECKS,
    *collaboration_checks.CHECKS,
)


def _files(work: Work, folder: Path, checked: Counter[str]) -> tuple[list[Broken], list[str]]:
    """What is broken about attachments and the files of forms, and the stored files that neither owns."""
    found: list[Broken] = []
    known: set[str] = set()
    owners: list[tuple[str, Attachment | FormFile]] = [
        *(("attachment", row) for row in verification.every_attachment(work)),
        *(("form file", row) for row in verification.every_form_file(work)),
    ]
    for kind, row in owners:
        checked[f"{kind}s"] += 1
        if row.stored_as in known:  # What has joined the dossier is the same file.
            continue
        known.add(row.stored_as)
        try:
            sha256 = documents.digest_of(folder, row.stored_as)
        except TrinhError:
            found.append(Broken(f"every {kind} has its file", f"{kind} {row.id}", "file missing"))
            continue
        if sha256 != row.sha256:
            found.append(Broken(f"every {kind} has its file", f"{kind} {row.id}", "content changed"))
    strays = [
        stored_as
        for stored_as, written_at in documents.list_stored(folder)
        if stored_as not in known and work.now - written_at > UNTRACKED_GRACE
    ]
    return found, strays


def _exports(work: Work, folder: Path, checked: Counter[str]) -> list[Broken]:
    """What is ready has its file."""
    kept = {stored_as for stored_as, _ in documents.list_stored(folder)}
    rows = export_rows.every_file(work)
    checked["exports"] += len(rows)
    return [
        Broken("every file that is ready is there", f"export {row.id}", "file missing")
        for stored_as, row in rows.items()
        if stored_as not in kept
    ]
