"""What a user opens: files, and the problems that ship."""
