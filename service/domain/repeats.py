"""When something that is sent again is the same sending: a second click, or a page that was sent anew."""

from datetime import timedelta

SAME_SENDING = timedelta(seconds=10)
"""Within this time, the very same from the same person is taken for one; nobody means it twice so soon."""
