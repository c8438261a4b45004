"""Rubrics, quarterly rounds, marks and published results."""
