"""What is done with tasks: one, many at once, papers over many dossiers, hand-overs."""
