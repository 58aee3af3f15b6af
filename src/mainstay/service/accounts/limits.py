"""Counting tries in the shared cache, so that the count holds over every worker."""

import hashlib

from django.core.cache import cache


def within_limit(what: str, key: str, *, most: int, seconds: int) -> bool:
    """Count one try of ``what`` for ``key``; False beyond ``most`` in ``seconds``."""
    name = f"limit:{what}:{hashlib.sha256(key.encode()).hexdigest()}"
    if cache.add(name, 1, timeout=seconds):
        return True
    try:
        return int(cache.incr(name)) <= most
    except ValueError:  # it expired between the two calls
        return cache.add(name, 1, timeout=seconds) or True
