"""Exact sums in pence: shares that add up, VAT rounded half up, parts that make their whole again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from mainstay.service.traded.years import HALVES

WHOLE: Final = 10_000  # a rate of 2000 is 20%


def in_pounds(pence: int) -> Decimal:
    """55200 -> 552.00, as files hold an amount."""
    return Decimal(pence).scaleb(-2)


def rounded(number: int, divisor: int) -> int:
    """number / divisor, half up; neither is below nought."""
    return (2 * number + divisor) // (2 * divisor)


def vat_of(net: int, basis_points: int) -> int:
    """VAT on so many pence."""
    return rounded(net * basis_points, WHOLE)


def cost(half_days: int, day_pence: int, half_day_pence: int | None = None) -> int:
    """What so many half-days cost: whole days by the day, an odd half at its own price or half the day's."""
    days, odd = divmod(half_days, HALVES)
    half = rounded(day_pence, HALVES) if half_day_pence is None else half_day_pence
    return days * day_pence + odd * half


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in the ratio of ``weights`` that add up to ``total``; what is left over goes to the largest rests."""
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("there is nothing to split by")
    shares = [total * weight // whole for weight in weights]
    rests = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in rests[: total - sum(shares)]:
        shares[n] += 1
    return shares


def instalments(net: int, basis_points: int, parts: int) -> list[tuple[int, int]]:
    """Net and VAT of each part: together exactly the net, and the VAT on the whole of it."""
    found, nets, before = [], split(net, [1] * parts), 0
    for part in nets:
        now = before + part
        found.append((part, vat_of(now, basis_points) - vat_of(before, basis_points)))
        before = now
    return found


def credit_vat(net: int, vat: int, before: int, now: int) -> int:
    """VAT of a credit of ``now`` pence on an invoice of which ``before`` pence net were credited already.

    Credits that take back the whole net take back exactly its VAT, in however many parts.
    """
    if not net:
        return 0
    return rounded(vat * (before + now), net) - rounded(vat * before, net)
