"""A dossier's process: the engine's steps and what the rows say of them, kept in agreement."""
