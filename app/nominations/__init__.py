"""Model groups: who is eligible and why, the nomination, the decision."""
