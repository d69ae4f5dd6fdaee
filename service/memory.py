"""How programs that stay up collect their garbage."""

import gc

THRESHOLDS = (20_000, 20, 50)
"""Objects, and collections of the younger, between two collections of each generation; Python's own are
(700, 10, 10). Moving a round touches half a million rows and objects: looking through them over and over took
a quarter of its time. What a request leaves behind is collected a little later instead."""


def settle() -> None:
    """To be called once all is loaded: what is there stays to the end and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
