"""Frames to shapes: pictures without a screen."""
