"""What many dossiers amount to: search, progress, exports, calendars."""
