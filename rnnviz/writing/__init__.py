"""A run written down for other programs: its numbers, its weights, a script for PyTorch. No Qt."""
