"""Findings: who needs a decision, why, since when; kept up to date as marks arrive and change."""
