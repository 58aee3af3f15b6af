"""Mainstay: the case system of a council's education welfare service."""

__version__ = "0.1.0"
