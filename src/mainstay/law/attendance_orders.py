"""Whether a school attendance order is spent by a conviction: disputed, so that the number is a parameter."""

from mainstay.law.answer import Reason
from mainstay.law.rules import CURRENT, Rules


def spent(convictions: int, rules: Rules = CURRENT) -> Reason | None:
    """Why an order is treated as spent after that many convictions under s.443; None where it still stands."""
    many = rules.whole("sao_convictions_spent")
    if convictions < many:
        return None
    times = "one conviction" if many == 1 else f"{many} convictions"
    return rules.reason(
        "sao_convictions_spent",
        f"After {times} under section 443 the order is treated as spent: a new road may be begun.",
    )
