"""The tour editor: the scenes of a tour that is being made, and what each of them says."""
