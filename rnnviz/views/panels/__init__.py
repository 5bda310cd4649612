"""What the panels under the stage are made of: surface, title row, switches, charts, steps."""
