"""Activities and the month's photos: entered once, read everywhere."""
