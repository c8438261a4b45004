"""Activities: entered once, read everywhere."""
