"""Rounds and deadlines follow the files when a configuration is loaded; what was amended here stays."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from service.domain import contents
from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Deadline, DeadlineRule, resolve
from service.domain.duties import opening_day
from service.domain.localities import Locality
from service.domain.rounds import Round
from service.operations import calendars, dues
from service.operations.schedule import rounds
from service.operations.schedule.deadline_changes import (
    NOTHING,
    Said,
    Why,
    describe,
    follow,
    in_figures,
    keep,
    resolve_again,
    said,
    settle_extensions,
)
from service.store import deadlines
from service.store import localities as store
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class LoadedRounds:
    """How many running dossiers were re-dated, and how many rounds and deadlines stay as amended here."""

    moved: int = 0
    kept: int = 0


class RoundLoading:
    """Writes the rounds of a configuration, in the Work that loads it."""

    def __init__(self, work: Work, locality: Locality, campaign: rows.Campaign, why: Why) -> None:
        self._work = work
        self._locality = locality
        self._campaign = campaign
        self._why = why
        self._moved = self._kept = 0

    def run(self) -> LoadedRounds:
        """Writes all rounds, re-dates those whose dates moved, and replans the reminders of all others."""
        deadlines.lock_rounds(self._work, self._locality.id)
        known = {row.key: row for row in store.rounds(self._work, self._locality.id)}
        for given in (*self._locality.rounds, *self._locality.duty_rounds()):
            row = known.pop(given.key, None)
            if row is None or not row.amended:
                row = self._describe(row, given)
            else:
                self._kept += 1
            self._date(row, {rule.key: rule for rule in given.deadlines})
            row.opens_on = self._opens_on(row, given)
        for row in known.values():
            self._leave(row)
        return LoadedRounds(self._moved, self._kept)

    def _describe(self, row: rows.Round | None, given: Round) -> rows.Round:
        row = row or rows.Round(locality_id=self._locality.id, key=given.key, deadlines=[])
        row.campaign_id, row.kind, row.year = self._campaign.id, given.kind.value, given.year
        row.name_vi, row.name_en = given.name.vi, given.name.en
        row.process_key, row.awards, row.active = given.process, list(given.awards), True
        row.recipients = [function.value for function in given.recipients] or None
        row.source_document, row.source_section = given.citation.document, given.citation.section
        row.source_quote, row.source_verified = given.citation.quote, given.citation.verified
        self._work.session.add(row)
        self._work.session.flush()
        return row

    def _opens_on(self, row: rows.Round, given: Round) -> date | None:
        """The rounds of awards are opened by whoever proposes; the reports of a duty open by themselves."""
        if given.opens_before is None:
            return row.opens_on
        last_day = max((one.last_day for one in row.deadlines if one.last_day), default=None)
        return opening_day(last_day, given.opens_before)

    def _leave(self, row: rows.Round) -> None:
        """A round that the files do not name: one of theirs is switched off; one of ours stays, and its
        deadlines follow what the files now say of its kind.
        """
        if not row.amended:
            row.active = False
            rounds.replan(self._work, row)
            return
        self._kept += 1
        plan = next((one for one in self._locality.kinds if one.kind == row.kind), None)
        self._date(row, contents.rules_for_year(plan, row.year) if plan else None)

    def _date(self, round_: rows.Round, rules: dict[str, DeadlineRule] | None) -> None:
        """Writes the deadlines of a round, and lets what runs follow."""
        running = bool(round_.deadlines)
        changes = self._deadlines(round_, rules)
        if changes:
            dues.forget(self._work, round_.id)
            self._moved += rounds.redate(
                self._work, round_, reason=self._why.reason, actor=self._why.actor, changes=changes
            )
        elif running:
            rounds.replan(self._work, round_)

    def _deadlines(self, round_: rows.Round, rules: dict[str, DeadlineRule] | None) -> dict[str, str]:
        """The answer names those whose instant has moved.

        A deadline that is new to a round which is not moves from no date to its own. Without rules the
        files are silent of the round: its deadlines keep what they say.
        """
        known = {row.key: row for row in round_.deadlines}
        running = bool(known)
        changes: dict[str, str] = {}
        # The calendar as it holds here, with the swap days that the files do not know.
        calendar = calendars.of(self._work, store.get(self._work, self._locality.id))
        for position, rule in enumerate((rules or {}).values()):
            row = known.pop(rule.key, None)
            before = said(row) if row else NOTHING
            row = row or rows.Deadline(round_id=round_.id, key=rule.key, round=round_)
            row.position = position
            self._write(row, self._resolved(rule, round_, calendar), calendar)
            self._work.session.add(row)
            if running:
                self._note(row, before, changes)
        for row in known.values():
            before = said(row)
            if row.amended or rules is None:
                self._keep(row, calendar)
            else:
                row.day = row.last_day = row.due_at = row.awaits = None
                row.active = False
            self._note(row, before, changes)
        self._work.session.flush()
        return changes

    def _resolved(self, rule: DeadlineRule, round_: rows.Round, calendar: WorkingCalendar) -> Deadline:
        return resolve(
            rule, round_key=round_.key, year=round_.year, zone=self._locality.zone, calendar=calendar
        )

    def _write(self, row: rows.Deadline, deadline: Deadline, calendar: WorkingCalendar) -> None:
        if row.amended:
            describe(row, deadline)
            self._keep(row, calendar)
        else:
            follow(row, deadline)

    def _keep(self, row: rows.Deadline, calendar: WorkingCalendar) -> None:
        """What was amended here keeps its day; another zone or calendar may move its instant all the same."""
        resolve_again(row, self._locality.zone, calendar)
        self._kept += row.amended

    def _note(self, row: rows.Deadline, before: Said, changes: dict[str, str]) -> None:
        moved = keep(self._work, row, before, said(row), self._why)
        zone: ZoneInfo = self._locality.zone
        # Whether anybody is still urged after the deadline depends on what happens to what comes late.
        late = before.rule is not None and before.rule["late"] != row.late_policy
        if settle_extensions(self._work, row, zone, self._why) or moved or late:
            changes[row.key] = in_figures(before.last_day, row.last_day)
