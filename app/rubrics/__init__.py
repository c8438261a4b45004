"""What an inspection asks: rubrics, their editor, their branches' adaptations."""
