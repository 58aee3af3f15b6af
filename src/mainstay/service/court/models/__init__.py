"""Prosecutions, and what hangs on them."""

from mainstay.service.court.models.advice import Advice, Instruction
from mainstay.service.court.models.bundles import Bundle, BundleItem, UnusedItem
from mainstay.service.court.models.evidence import Certificate, WitnessStatement
from mainstay.service.court.models.hearings import (
    Court,
    CourtDirection,
    Disclosure,
    Hearing,
    Sitting,
    StatementServed,
)
from mainstay.service.court.models.prosecutions import CodeTest, DefenceAsked, Prosecution
from mainstay.service.court.models.results import CostsSchedule, Result, Sentence
from mainstay.service.court.models.values import CourtValue

__all__ = [
    "Advice", "Bundle", "BundleItem", "Certificate", "CodeTest", "CostsSchedule", "Court", "CourtDirection", "CourtValue",
    "DefenceAsked", "Disclosure", "Hearing", "Instruction", "Prosecution", "Result", "Sentence", "Sitting", "StatementServed",
    "UnusedItem", "WitnessStatement",
]  # fmt: skip
