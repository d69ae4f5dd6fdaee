"""Where a round stands, the search, and files to take away."""
