"""Rehearsals of a round: the same operations on a copy, with a clock that jumps. Nothing leaves them."""

from service.rehearsals.asking import LARGEST_SEED, Asked, DateChange, Proposal, read_dates
from service.rehearsals.differing import Difference
from service.rehearsals.keeping import Kept, State
from service.rehearsals.rehearsing import Rehearsed, rehearse
from service.rehearsals.results import Result
from service.rehearsals.staging import taking_part, under_way
from service.rehearsals.starting import MOST_UNITS_BESIDE, shelf, start
from service.rehearsals.writing import as_json

__all__ = [
    "LARGEST_SEED",
    "MOST_UNITS_BESIDE",
    "Asked",
    "DateChange",
    "Difference",
    "Kept",
    "Proposal",
    "Rehearsed",
    "Result",
    "State",
    "as_json",
    "read_dates",
    "rehearse",
    "shelf",
    "start",
    "taking_part",
    "under_way",
]
