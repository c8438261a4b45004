"""Findings and their way to being closed; who looks at whom each quarter; checklists. Findings, never points."""
