"""The 1+N brand tree: branch brands, micro-brands, their versions and the goals that they serve."""
