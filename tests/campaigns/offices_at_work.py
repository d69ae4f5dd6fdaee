"""Many districts with their offices, and dossiers that wait for them: what a load of reviewers works on."""

from math import ceil

from benchmarks.crowds import Spread
from tests.builders import World
from tests.campaigns.masses import Mass

WORKERS = ("labour", "labour2", "interior")
"""Who sits at a desk in each district: two of one office, who reach for the same, and the next."""
EVERY = 20
"""Every so manieth dossier belongs to the shipped district, the rest to the others in turn."""


def furnish(world: World, people: int, dossiers: int) -> list[str]:
    """Adds districts for so many people and dossiers that wait for their selection; the names to sign in."""
    districts = ceil(people / len(WORKERS))
    mass = Mass(world)
    mass.add_waiting(dossiers, districts - 1, Spread(districts - 1, EVERY))
    mass.settle()
    names = [who if not number else f"{who}-{number}" for number in range(districts) for who in WORKERS]
    return names[:people]
