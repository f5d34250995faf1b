"""Reads of discovery over several models."""
