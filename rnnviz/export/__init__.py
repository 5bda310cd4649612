"""Pictures of the window to files, without a screen. Importing this room does not load Qt."""
