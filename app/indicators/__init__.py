"""Business indicators: definitions, monthly values, attainment against the own target."""
