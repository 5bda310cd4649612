"""What a tour puts around the picture: the caption above it, and the bar at the foot."""
