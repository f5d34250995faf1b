"""Reads of the catalog over several models, for every door. Each starts at what the actor may know of."""
