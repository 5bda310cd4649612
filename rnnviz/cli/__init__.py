"""The command line: arguments from the table of fields, and what it does without a window."""
