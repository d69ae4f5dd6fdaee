"""Rounds that are rehearsed alike are played once.

What is played depends on nothing but the script, which is all that a rehearsal has read of the real
database, and on the proposed change. So tests that tell the same of both may read the same result.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from service.rehearsals import rehearsing
from service.rehearsals.asking import Proposal
from service.rehearsals.habits import Beat
from service.rehearsals.results import Result
from service.rehearsals.staging import Script


class Plays:
    """What this process of the test run has played."""

    def __init__(self) -> None:
        self._play = rehearsing._play
        self._known: dict[tuple[str, str], Result] = {}

    def play(self, script: Script, proposal: Proposal, beat: Beat) -> Result:
        """The result of a round with a change, played unless it has been."""
        key = repr(script), repr(proposal)
        if key not in self._known:
            self._known[key] = self._play(script, proposal, beat)
        return self._known[key]

    @contextmanager
    def forgotten(self) -> Iterator[None]:
        """Lets everything be played again."""
        known, self._known = self._known, {}
        try:
            yield
        finally:
            self._known = known


@pytest.fixture(scope="session")
def known_plays() -> Plays:
    """What has been played so far, for `played_once`."""
    return Plays()


@pytest.fixture
def played_once(known_plays: Plays) -> Iterator[Plays]:
    """The same round, with the same people and the same change, is played for the first test that asks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rehearsing, "_play", known_plays.play)
        yield known_plays
