"""A group's month: its photos, its inbox and its issue. A photo is evidence, never points."""
