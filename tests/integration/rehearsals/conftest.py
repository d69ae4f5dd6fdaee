"""A rehearsal plays on a database of its own: the one it is copied from matters in reading it only."""

from tests.support.rehearsed import known_plays, played_once
from tests.support.worlds import world

__all__ = ["known_plays", "played_once", "world"]
