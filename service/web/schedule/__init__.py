"""Rounds, deadlines, the working calendar, ladders, reports owed, the agenda and its feeds, rehearsals."""
