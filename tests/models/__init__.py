"""Random walks: our engine against the stock one, over shipped and small diagrams."""
