"""Ending the program with -9 in the middle of its work: nothing lost, nothing twice."""
