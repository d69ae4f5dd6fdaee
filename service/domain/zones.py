"""The zone of what belongs to no locality."""

from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""All of Vietnam shares it. What belongs to a locality is counted in the locality's own zone."""
