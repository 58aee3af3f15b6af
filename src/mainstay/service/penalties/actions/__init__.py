"""Changes to requests, notices and money: each one transaction with its audit row."""
