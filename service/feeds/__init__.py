"""icalendar's home: calendars that programs subscribe to, written as RFC 5545 has them."""

from service.feeds.calendars import MEDIA_TYPE, Event, Feed, write

__all__ = ["MEDIA_TYPE", "Event", "Feed", "write"]
