"""Rounds, deadlines and all that moves them: made, changed, extended, resolved."""
