"""A dossier and what lies in it: nominations, files, receipts, comments, its way and its history."""
