"""The pictures of the gradient laboratory: what becomes of a gradient on its way back, and why."""
