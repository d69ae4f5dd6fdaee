"""Rules about the code itself: where libraries live, what a module looks like, what is committed."""
