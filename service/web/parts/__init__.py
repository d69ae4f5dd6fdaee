"""What pages of several fields show: citations, deadlines, steps, heads of dossiers and rounds, fields."""
