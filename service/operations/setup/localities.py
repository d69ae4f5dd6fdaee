"""Loading a locality's configuration: the rows follow the files, and what runs follows the rows.

Loading the same configuration again changes nothing. What a new configuration no longer names is kept
and switched off, because dossiers may refer to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.citations import Citation
from service.domain.localities import Locality, content
from service.domain.people import SYSTEM, Actor
from service.domain.words import sort_key
from service.operations.schedule.deadline_changes import Why
from service.operations.schedule.round_loading import LoadedRounds, RoundLoading
from service.operations.staff import people
from service.store import amendments
from service.store import localities as store
from service.store import people as person_rows
from service.store import tables as rows
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did. `changed` is false when the database already held this configuration.

    `kept` counts what was amended here and so does not follow the files.
    """

    locality_id: str
    version: int
    changed: bool
    moved_dossiers: int = 0
    kept: int = 0


def load(work: Work, locality: Locality, actor: Actor = SYSTEM, reason: str = "") -> Loaded:
    """Makes the rows of a locality agree with its configuration; re-dates running dossiers if dates moved.

    Everything happens in the open Work: either the whole configuration holds, or nothing has changed.
    """
    if work.session.get(rows.Locality, locality.id) is not None:
        # As amendments do, and before any other lock: each edition follows the one before it.
        amendments.lock_locality(work, locality.id)
    newest = store.newest_version(work, locality.id)
    if newest is not None and newest.content_hash == locality.content_hash:
        return Loaded(locality.id, newest.version, changed=False)
    loading = _Loading(work, locality, actor, reason or "configuration loaded")
    dated = loading.run()
    version = newest.version + 1 if newest else 1
    work.session.add(
        rows.LocalityVersion(
            locality_id=locality.id,
            version=version,
            content_hash=locality.content_hash,
            content=content(locality),
            loaded_at=work.now,
            loaded_by_id=None if actor is SYSTEM else actor.person_id,
        )
    )
    return Loaded(locality.id, version, changed=True, moved_dossiers=dated.moved, kept=dated.kept)


@dataclass(frozen=True, slots=True)
class _Loading:
    work: Work
    locality: Locality
    actor: Actor
    reason: str

    def run(self) -> LoadedRounds:
        self._locality()
        plan = self._plan()
        self._roles()
        self._organisations()
        self._councils()
        self._awards()
        self._checklist()
        self._ladders()
        self._calendar()
        self._people()
        why = Why(self.actor, self.reason)
        return RoundLoading(self.work, self.locality, self._campaign(plan), why).run()

    def _locality(self) -> None:
        given = self.locality
        row = self.work.session.get(rows.Locality, given.id) or rows.Locality(id=given.id)
        row.name_vi, row.name_en = given.name.vi, given.name.en
        row.level, row.zone, row.country = given.level.value, given.zone.key, given.country
        row.code_prefix, row.content_hash, row.loaded_at = (
            given.code_prefix,
            given.content_hash,
            self.work.now,
        )
        row.edition = (row.edition or 0) + 1
        self.work.session.add(row)
        self.work.session.flush()

    def _plan(self) -> rows.Plan:
        document = self.locality.plan_document
        known = {row.key: row for row in store.plans(self.work, self.locality.id)}
        row = known.get(document.key) or rows.Plan(locality_id=self.locality.id, key=document.key)
        row.name, row.title, row.number = document.name, document.title, document.number
        row.issued_on, row.issuer = document.issued_on, document.issuer
        _cite(row, self.locality.plan_citation)
        self.work.session.add(row)
        self.work.session.flush()
        return row

    def _campaign(self, plan: rows.Plan) -> rows.Campaign:
        given = self.locality.campaign
        row = store.campaign(self.work, self.locality.id, given.key) or rows.Campaign(
            locality_id=self.locality.id, key=given.key
        )
        row.plan_id, row.name_vi, row.name_en = plan.id, given.name.vi, given.name.en
        row.first_year, row.last_year = given.first_year, given.last_year
        _cite(row, given.citation)
        self.work.session.add(row)
        self.work.session.flush()
        return row

    def _roles(self) -> None:
        known = store.roles(self.work, self.locality.id)
        for role in self.locality.roles:
            row = known.get(role.key) or rows.Role(locality_id=self.locality.id, key=role.key)
            row.function, row.head = role.function.value, role.head
            row.name_vi, row.name_en = role.name.vi, role.name.en
            self.work.session.add(row)
        self.work.session.flush()

    def _organisations(self) -> None:
        known = {row.key: row for row in store.organisations(self.work, self.locality.id)}
        groups = {(row.organisation_id, row.role) for row in store.groups(self.work, self.locality.id)}
        for given in self.locality.organisations:
            row = known.get(given.key) or rows.Organisation(locality_id=self.locality.id, key=given.key)
            row.function, row.focal = given.function.value, given.focal
            row.name_vi, row.name_en, row.sort_key = given.name.vi, given.name.en, sort_key(given.name.vi)
            row.valid_from, row.valid_to = given.valid_from, given.valid_to
            _cite(row, given.citation)
            self.work.session.add(row)
            self.work.session.flush()
            for role in self.locality.roles:
                if role.function is given.function and (row.id, role.key) not in groups:
                    self.work.session.add(rows.CandidateGroup(organisation_id=row.id, role=role.key))
        self.work.session.flush()

    def _councils(self) -> None:
        """Writes by which rules councils vote; one the files name no more is asked no more."""
        offices = {row.key: row.id for row in store.organisations(self.work, self.locality.id)}
        given = {offices[council.organisation]: council for council in self.locality.councils}
        known = {
            row.organisation_id: row
            for key in offices.values()
            if (row := self.work.session.get(rows.Council, key)) is not None
        }
        for organisation_id, council in given.items():
            row = known.pop(organisation_id, None) or rows.Council(organisation_id=organisation_id)
            row.quorum, row.share = str(council.quorum), str(council.share)
            row.share_of, row.active = council.share_of.value, True
            _cite(row, council.citation)
            self.work.session.add(row)
        for gone in known.values():
            gone.active = False
        self.work.session.flush()

    def _awards(self) -> None:
        known = {row.key: row for row in store.awards(self.work, self.locality.id)}
        for position, given in enumerate(self.locality.awards):
            row = known.pop(given.key, None) or rows.Award(locality_id=self.locality.id, key=given.key)
            row.name_vi, row.name_en, row.level = given.name.vi, given.name.en, given.level.value
            row.decided_by, row.in_power, row.sets = given.decided_by, given.in_power, given.sets
            row.nominees = [kind.value for kind in given.nominees]
            row.sets_source = _plain(given.sets_citation)
            row.position, row.active = position, True
            _cite(row, given.citation)
            self.work.session.add(row)
        for gone in known.values():
            gone.active = False
        self.work.session.flush()

    def _checklist(self) -> None:
        known = {row.key: row for row in store.checklist(self.work, self.locality.id)}
        for position, given in enumerate(self.locality.components):
            row = known.pop(given.key, None) or rows.ChecklistItem(
                locality_id=self.locality.id, key=given.key
            )
            row.name_vi, row.name_en, row.extent = given.name.vi, given.name.en, given.extent.value
            row.medium, row.required, row.awards = given.medium.value, given.required, list(given.awards)
            row.position, row.active = position, True
            _cite(row, given.citation)
            self.work.session.add(row)
        for gone in known.values():
            gone.active = False
        self.work.session.flush()

    def _ladders(self) -> None:
        """Writes the ladders of the files; one that was changed or created here stays as it is."""
        named = store.ladders(self.work, self.locality.id)
        ours = {key for key, row in named.items() if row.amended}
        known = {
            (row.ladder, row.key): row
            for row in store.reminder_rules(self.work, self.locality.id)
            if row.ladder not in ours
        }
        for ladder in self.locality.ladders:
            if ladder.key not in named:
                self.work.session.add(rows.Ladder(locality_id=self.locality.id, key=ladder.key))
            if ladder.key in ours:
                continue
            for position, rung in enumerate(ladder.rungs):
                row = known.pop((ladder.key, rung.key), None) or rows.ReminderRule(
                    locality_id=self.locality.id, ladder=ladder.key, key=rung.key
                )
                row.days, row.count, row.at = rung.days, rung.count.value, rung.at
                row.audience, row.position = rung.audience.value, position
                self.work.session.add(row)
        for gone in known.values():
            self.work.session.delete(gone)
        self.work.session.flush()

    def _calendar(self) -> None:
        """Writes the swap days of the files; those entered or withdrawn here stay as they are."""
        known = {row.day: row for row in store.calendar_days(self.work, self.locality.id)}
        for given in self.locality.overrides:
            row = known.pop(given.day, None) or rows.CalendarDay(locality_id=self.locality.id, day=given.day)
            if not row.amended:
                row.kind, row.name_vi, row.name_en = given.kind.value, given.name.vi, given.name.en
                _cite(row, given.citation)
            self.work.session.add(row)
        for gone in known.values():
            if not gone.amended:
                self.work.session.delete(gone)
        self.work.session.flush()

    def _people(self) -> None:
        """Introduces people; whoever is known already keeps what they have and gets the seats."""
        for given in self.locality.people:
            seats = [(self.locality.id, seat.organisation, seat.role) for seat in given.seats]
            known = person_rows.find_by_sign_in_name(self.work, given.sign_in_name.strip().lower())
            if known is None:
                people.add(
                    self.work,
                    sign_in_name=given.sign_in_name,
                    name=given.name,
                    email=given.email,
                    password=None,
                    seats=seats,
                    language=given.language.value,
                    administrator=given.administrator,
                )
            else:
                for seat in seats:
                    people.seat(self.work, known, *seat)


def _cite(row: rows.Cited, citation: Citation) -> None:
    row.source_document, row.source_section = citation.document, citation.section
    row.source_quote, row.source_verified = citation.quote, citation.verified


def _plain(citation: Citation | None) -> dict[str, Any] | None:
    if citation is None:
        return None
    said: Mapping[str, Any] = {
        "document": citation.document,
        "section": citation.section,
        "quote": citation.quote,
        "verified": citation.verified,
        "note": citation.note.vi if citation.note else None,
    }
    return dict(said)
