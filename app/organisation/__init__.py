"""Committees, branches, groups, teams, members and posts, all as of a date."""
