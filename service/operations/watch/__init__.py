"""What keeps going and is kept right: ticks, workers, health, verification."""
