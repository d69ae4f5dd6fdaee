"""Mails from the letter that is written to the answer of the server."""
