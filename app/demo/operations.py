"""Filling the demo factory."""
