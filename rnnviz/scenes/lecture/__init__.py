"""Pictures of the lecture that fill the window: the loop, the five shapes, order."""
