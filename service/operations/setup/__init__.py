"""What an installation is given: localities and diagrams."""
