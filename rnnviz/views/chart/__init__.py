"""The one chart: every curve is drawn by it, with the same axes, zoom, read-out, copy and save."""
