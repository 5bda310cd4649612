"""A list to be searched by typing: the palette of commands, and F1."""
