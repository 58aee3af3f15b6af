"""Changes to registers and findings, each one transaction with its audit row."""
