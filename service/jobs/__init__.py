"""APScheduler's home: the ticks that make deadlines happen, and the watchdog over them."""

from service.jobs.ticker import Ticker

__all__ = ["Ticker"]
