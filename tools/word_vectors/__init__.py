"""The words' dense vectors: the grammar they are learned from, and the learning."""
