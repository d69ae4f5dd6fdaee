"""The tests, by how much they join: unit, integration, functional, browser; architecture; models."""
