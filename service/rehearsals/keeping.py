"""Keeping rehearsals a while for whoever asked: files in the data folder, few for each person, for a day.

The state of a rehearsal is one small file that is replaced whole, its result another. So any process of
the service can tell how far a rehearsal is, and what a process took with it when it died is told as such.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from service.clock import Clock, SystemClock
from service.domain.errors import Conflict, Message, NotFound, message
from service.domain.labels import Label
from service.rehearsals import writing
from service.rehearsals.rehearsing import Rehearsed

KEPT_FOR = timedelta(days=1)
MOST_KEPT = 5
"""For each person."""
MOST_AT_ONCE = 2
"""In all: a rehearsal is hard work for the processor."""
SILENT_AFTER = timedelta(minutes=2)
"""A rehearsal that has not been heard of for so long has died with its process."""
_GONE = message("There is no such rehearsal, or it has been cleared away. Start a new one.")
_ID = re.compile(r"[0-9a-f]{16}")


class State(StrEnum):
    """How far a rehearsal is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Kept:
    """A rehearsal that somebody asked for. `share` (0 to 1) is done; `wrong` says why it failed.

    The change that was proposed is told in both languages, empty without one.
    """

    id: str
    person_id: int
    locality_id: str
    round_key: str
    state: State
    share: float
    asked_at: datetime
    heard_at: datetime
    change_vi: str = ""
    change_en: str = ""
    wrong: Message | None = None

    @property
    def change(self) -> Label:
        """The proposed change in words."""
        return Label(self.change_vi, self.change_en)


class Shelf:
    """The kept rehearsals in one folder. Its times are real ones, also in the demo."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self._folder = folder
        self._clock = clock or SystemClock()

    def begin(self, person_id: int, locality_id: str, round_key: str, change: Label | None = None) -> Kept:
        """Notes that a rehearsal begins, after clearing away what is old.

        Raises:
            Conflict: when one of this person is running, or too many are.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._clear(person_id)
        running = [one for one in self._every() if one.state is State.RUNNING]
        if any(one.person_id == person_id for one in running):
            raise Conflict(message("Your last rehearsal is still running. Wait until it is done."))
        if len(running) >= MOST_AT_ONCE:
            raise Conflict(message("Others are rehearsing just now. Try again in a minute."))
        now = self._clock.now()
        said = change or Label("", "")
        kept = Kept(
            id=secrets.token_hex(8),
            person_id=person_id,
            locality_id=locality_id,
            round_key=round_key,
            state=State.RUNNING,
            share=0.0,
            asked_at=now,
            heard_at=now,
            change_vi=said.vi,
            change_en=said.en,
        )
        self._write(kept)
        return kept

    def beat(self, kept: Kept, share: float) -> Kept:
        """Notes how far a rehearsal is."""
        return self._write(replace(kept, share=round(share, 3), heard_at=self._clock.now()))

    def finish(self, kept: Kept, rehearsed: Rehearsed) -> Kept:
        """Keeps the result."""
        self._replace(self._result(kept.id), writing.as_json(rehearsed))
        return self._write(replace(kept, state=State.DONE, share=1.0, heard_at=self._clock.now()))

    def fail(self, kept: Kept, wrong: Message) -> Kept:
        """Notes why there is no result."""
        return self._write(replace(kept, state=State.FAILED, wrong=wrong, heard_at=self._clock.now()))

    def find(self, person_id: int, rehearsal_id: str) -> Kept:
        """A rehearsal of this person.

        Raises:
            NotFound: when there is none, or no longer.
        """
        found = self._read(self._state(rehearsal_id)) if _ID.fullmatch(rehearsal_id) else None
        if found is None or found.person_id != person_id:
            raise NotFound(
                message("There is no such rehearsal, or it has been cleared away. Start a new one.")
            )
        return found

    def of(self, person_id: int) -> list[Kept]:
        """The rehearsals of a person, the newest first."""
        mine = [one for one in self._every() if one.person_id == person_id]
        return sorted(mine, key=lambda one: one.asked_at, reverse=True)

    def result(self, kept: Kept) -> Rehearsed:
        """The result of a rehearsal that is done.

        Raises:
            NotFound: when it has been cleared away meanwhile.
        """
        return writing.of_json(self.written(kept))

    def written(self, kept: Kept) -> Mapping[str, Any]:
        """The same in plain values."""
        try:
            return json.loads(self._result(kept.id).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NotFound(_GONE) from None

    def _clear(self, person_id: int) -> None:
        """Removes what is too old, and of this person's all but the newest few."""
        now = self._clock.now()
        resting = [one for one in self.of(person_id) if one.state is not State.RUNNING]
        too_many = {one.id for one in resting[MOST_KEPT - 1 :]}
        for one in self._every():
            if one.id in too_many or now - one.heard_at > KEPT_FOR:
                self._state(one.id).unlink(missing_ok=True)
                self._result(one.id).unlink(missing_ok=True)

    def _every(self) -> list[Kept]:
        found = (self._read(path) for path in self._folder.glob("*.state.json"))
        return [one for one in found if one is not None]

    def _read(self, path: Path) -> Kept | None:
        try:
            written = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        wrong = written["wrong"]
        kept = Kept(
            **written
            | {
                "state": State(written["state"]),
                "asked_at": datetime.fromisoformat(written["asked_at"]),
                "heard_at": datetime.fromisoformat(written["heard_at"]),
                "wrong": writing.message_of_json(wrong) if wrong else None,
            }
        )
        if kept.state is State.RUNNING and self._clock.now() - kept.heard_at > SILENT_AFTER:
            return replace(
                kept, state=State.FAILED, wrong=message("The service was stopped meanwhile. Start again.")
            )
        return kept

    def _write(self, kept: Kept) -> Kept:
        told = asdict(kept) | {
            "state": kept.state.value,
            "asked_at": kept.asked_at.isoformat(),
            "heard_at": kept.heard_at.isoformat(),
            "wrong": writing.message_as_json(kept.wrong) if kept.wrong else None,
        }
        self._replace(self._state(kept.id), told)
        return kept

    def _replace(self, path: Path, value: Mapping[str, Any]) -> None:
        """Writes a file whole or not at all: whoever reads it meanwhile sees the old one."""
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)

    def _state(self, rehearsal_id: str) -> Path:
        return self._folder / f"{rehearsal_id}.state.json"

    def _result(self, rehearsal_id: str) -> Path:
        return self._folder / f"{rehearsal_id}.result.json"
