"""Two at the same moment: presses, messages, forms, lists, refunds, batches. Each counts once."""

from pathlib import Path

import pytest
from tests.integration.penalties.test_crashes import KEY, run

from mainstay.roof.pay_stand_in import StandIn

NOTICES = 4
pytestmark = [pytest.mark.long, pytest.mark.no_cover, pytest.mark.django_db(transaction=True)]


def test_whatever_two_do_at_once_money_is_counted_once(tmp_path: Path) -> None:
    with StandIn(key=KEY) as pay:
        said = {"PAY_URL": pay.url, "PAY_KEY": KEY, "PAY_WEBHOOK_SECRET": "invented"}
        found = run(tmp_path, "tests.integration.penalties.paying_at_once", NOTICES, **said)
        refunded = [one.amount - one.refundable for one in pay.payments() if one.status == "success"]
    assert all(one == other for one, other in found["begun"]), found["begun"]
    assert len({one for one, _ in found["begun"]}) == NOTICES
    assert [sorted(told) for told in found["told"]] == [[False, True]] * NOTICES
    assert found["refreshed"] == [["succeeded"] * 2] * NOTICES
    assert all(one == other for one, other in found["cash"]), found["cash"]
    assert sorted(found["bank"]) == [0, NOTICES]
    assert found["payments"] == {"online": NOTICES, "cash_office": NOTICES, "bank": NOTICES}
    assert (found["events"], found["lines"], found["received"]) == (NOTICES, NOTICES, 3 * NOTICES)
    assert found["jobs_of_messages"] == 2 * NOTICES  # one to look it up in any case, one for the message
    # two that send one refund: at most one of them succeeds, and nothing is sent twice
    assert refunded == [8000] * NOTICES
    assert found["by_card"] == ["done"] * NOTICES and found["back"] == NOTICES
    told = [answer for answer in found["batches"] if isinstance(answer, list)]
    assert len(told) == 1 and "in a batch already" in next(a for a in found["batches"] if a not in told)
    assert found["numbers"] == told[0] and found["left"] == 0
