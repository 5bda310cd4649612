"""Charts in data coordinates: curves, axes, shades, and where their names stand. No Qt."""
