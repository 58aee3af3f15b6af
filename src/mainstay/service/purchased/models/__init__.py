"""Purchased work and what its forms keep beside it."""

from mainstay.service.purchased.models.courses import Place
from mainstay.service.purchased.models.registers import Presence, Sampled, Session, Slot
from mainstay.service.purchased.models.sharing import Given, Moving, PurchasedValue, Template, Version
from mainstay.service.purchased.models.work import Agreed, Spent, Work

__all__ = [
    "Agreed",
    "Given",
    "Moving",
    "Place",
    "Presence",
    "PurchasedValue",
    "Sampled",
    "Session",
    "Slot",
    "Spent",
    "Template",
    "Version",
    "Work",
]
