"""Pictures and numbers to files. Importing this room does not load Qt."""
