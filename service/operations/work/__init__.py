"""What reviewers do with their tasks: find, claim, ask, decide, hand over."""
