"""Cases and what hangs on them, subject by subject."""

from mainstay.service.casework.models.cases import Case

__all__ = ["Case"]
