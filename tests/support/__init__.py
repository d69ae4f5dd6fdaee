"""What tests stand on: databases, a browser. No assertions and no domain knowledge live here."""
