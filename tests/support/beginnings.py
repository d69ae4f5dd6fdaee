"""Worlds that begin alike are told once, and copied.

Most tests begin with the same chapters of a story: a dossier that waits at the Labour office, then another.
A process of the test run tells them a first time as they happen, a second time into a database of their
own, and from then on copies that one for whoever begins so. A copy is given only to a world in which
nothing but such chapters has happened yet; whatever is asked of a world later happens in it as ever.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from sqlalchemy import event

from service.clock import FakeClock
from service.store.work import Database
from tests.builders import BEGINS_AT, World, local

OFTEN = 2
"""How many times a process begins alike before it keeps what it has told."""


class Copying(Protocol):
    """How databases of one kind are copied; they are known by their addresses."""

    def address(self, folder: Path) -> str:
        """Where a database of a test with that folder may be; none is there yet."""
        ...

    def copy(self, source: str, address: str) -> None:
        """Makes a database as another one is, to which nobody is connected."""
        ...

    def drop(self, url: str) -> None:
        """Removes a database."""
        ...


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a story: what it is known by, when it happens, and how it is told."""

    key: object
    at: datetime
    tell: Callable[[World], Any] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Story:
    """What has been told: its database, the folder of its attachments, and what the last chapter answered."""

    address: str
    folder: Path
    answer: Any


class Beginnings:
    """The databases of one kind that the tests of this process copy."""

    def __init__(self, copying: Copying, deployed: str, folder: Path) -> None:
        self.copying = copying
        self.deployed = deployed
        self._folder = folder
        self._asked: Counter[tuple[Chapter, ...]] = Counter()
        self._told: dict[tuple[Chapter, ...], Story] = {(): Story(deployed, folder / "none", None)}

    @contextmanager
    def world(self, folder: Path) -> Iterator[World]:
        """The shipped service with people, at BEGINS_AT, in a database of its own."""
        clock = FakeClock(local(BEGINS_AT))
        database = Database(self.copying.address(folder), clock)
        beginning = Beginning(self, database)
        try:
            yield World(database, clock, folder / "attachments", beginning=beginning)
        finally:
            database.dispose()
            beginning.end()

    def story(self, chapters: tuple[Chapter, ...]) -> Story | None:
        """A story that is begun often."""
        self._asked[chapters] += 1
        return self._written(chapters) if self._asked[chapters] >= OFTEN else None

    def _written(self, chapters: tuple[Chapter, ...]) -> Story:
        if chapters not in self._told:
            before = self._written(chapters[:-1])
            folder = self._folder / str(len(self._told))
            folder.mkdir()
            address = self.copying.address(folder)
            self.copying.copy(before.address, address)
            clock = FakeClock(chapters[-1].at)
            world = World(Database(address, clock), clock, folder / "attachments")
            _copy_attachments(before.folder, world.folder)
            answer = chapters[-1].tell(world)
            world.database.dispose()
            self._told[chapters] = Story(address, world.folder, answer)
        return self._told[chapters]


class Beginning:
    """How the database of one world comes to be: it is copied when somebody first connects to it."""

    def __init__(self, shelf: Beginnings, database: Database) -> None:
        self._shelf, self._database = shelf, database
        self._address = database.url.render_as_string(hide_password=False)
        self._template = shelf.deployed
        self._making = Lock()
        self._there = False
        self._chapters: tuple[Chapter, ...] = ()
        self._telling = self._changed = False
        event.listen(database.engine, "do_connect", self._make)
        event.listen(database.engine, "commit", self._note)

    def hand_out(self) -> None:
        """Makes the database for whoever connects to it in another way, and may write to it unseen."""
        self._make()
        self._changed = True

    def told(self, key: object, world: World, tell: Callable[[World], Any]) -> Any:
        """What a chapter answers: it happens in this world, or is copied into it if nothing else has."""
        pool: Any = self._database.engine.pool
        if self._telling or self._changed or pool.checkedout():
            return tell(world)
        self._chapters += (Chapter(key, world.clock.now(), tell),)
        story = self._shelf.story(self._chapters)
        if story is not None:
            return self._take(story, world)
        self._telling = True
        try:
            return tell(world)
        except BaseException:
            self._changed = True
            raise
        finally:
            self._telling = False

    def end(self) -> None:
        """Removes the database."""
        if self._there:
            self._shelf.copying.drop(self._address)
            self._there = False

    def _take(self, story: Story, world: World) -> Any:
        self._database.dispose()
        self.end()
        self._template = story.address
        shutil.rmtree(world.folder, ignore_errors=True)
        _copy_attachments(story.folder, world.folder)
        return story.answer

    def _make(self, *_connecting: object) -> None:
        with self._making:
            if not self._there:
                self._shelf.copying.copy(self._template, self._address)
                self._there = True

    def _note(self, _connection: object) -> None:
        self._changed = self._changed or not self._telling


def _copy_attachments(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copytree(source, target)
