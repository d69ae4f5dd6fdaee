"""One dossier: its page, papers, nominations, comments, receipts and control slip."""
