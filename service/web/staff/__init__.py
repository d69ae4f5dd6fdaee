"""People: signing in, passwords, seats, permissions and the mails that they want."""
