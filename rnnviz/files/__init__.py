"""Bytes in and out, safely; knows what no format means. Imports NumPy and the standard library."""
