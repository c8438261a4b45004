"""The demo factory: plainly invented, drawn by code."""
