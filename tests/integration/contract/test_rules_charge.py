"""rules: charges and limits, as the contract has them."""

import json

import pytest
from tests.integration.contract.asked import answer, refused, warned

ASKED = {
    "offence": "444(1)",
    "child_date_of_birth": "2013-05-01",
    "from": "2026-09-07",
    "to": "2026-09-18",
    "issue_on": "2026-12-01",
    "eso_considered": True,
    "full_code_test": "passed",
}
ADULT = {"defendant_date_of_birth": "1985-02-03"}


def codes(got):
    assert got["allowed"] == (not got["blocks"])
    assert all(block["text"] for block in got["blocks"])
    return {block["code"] for block in got["blocks"]}


@pytest.mark.parametrize(
    "change,blocked",
    [
        ({}, set()),
        ({"route": "sjp"} | ADULT, set()),
        ({"route": "requisition", "offence": "444(1A)"}, set()),
        ({"route": "sjp", "offence": "444(1A)"} | ADULT, {"sjp_not_for_imprisonable"}),
        ({"route": "sjp", "offence": "443"} | ADULT, set()),
        ({"route": "sjp", "offence": "eso-breach", "eso_considered": False} | ADULT, set()),
        ({"route": "sjp", "defendant_date_of_birth": "2009-02-03"}, {"sjp_defendant_under_18"}),
        ({"eso_considered": False}, {"eso_not_considered"}),
        ({"full_code_test": "open"}, {"full_code_test"}),
        ({"full_code_test": "failed"}, {"full_code_test"}),
        ({"issue_on": "2027-03-18"}, set()),
        ({"issue_on": "2027-03-19"}, {"out_of_time"}),
        ({"child_date_of_birth": "2010-05-01"}, {"outside_compulsory_age"}),
        ({"penalty_notice": {"state": "open_reduced"}}, {"notice_still_payable"}),
        ({"penalty_notice": {"state": "open_full"}}, {"notice_still_payable"}),
        ({"penalty_notice": {"state": "discharged"}}, {"notice_discharged"}),
        ({"penalty_notice": {"state": "withdrawn"}}, {"notice_withdrawn"}),
        ({"penalty_notice": {"state": "decide"}}, set()),
        ({"withdrawn_notice_same_facts": True}, {"notice_withdrawn"}),
        ({"withdrawn_notice_same_facts": False}, set()),
        ({"eso_in_force_from": "2026-09-18"}, {"eso_in_force"}),
        ({"eso_in_force_from": "2026-09-19"}, set()),
        ({"eso_in_force_to": "2026-09-07"}, {"eso_in_force"}),
        ({"offence": "443", "eso_in_force_from": "2026-09-01"}, set()),
    ],
)
def test_blocks(ask, change, blocked):
    assert codes(answer(ask("charge", ASKED | change))) == blocked


def test_age_of_the_defendant_unknown(ask):
    assert warned(answer(ask("charge", ASKED | {"route": "sjp"}))) == {"defendant_age_unknown"}
    assert not warned(answer(ask("charge", ASKED)))


def test_charge_errors(ask):
    refused(ask("charge", ASKED | {"offence": "444(2)"}), "/offence")
    refused(ask("charge", ASKED | {"to": "2026-09-01"}), "/to")
    refused(ask("charge", ASKED | {"penalty_notice": {"state": "paid"}}), "/penalty_notice/state")
    refused(ask("charge", ASKED | {"route": "post"}), "/route")
    refused(ask("charge", {**ASKED, "eso_consideredd": True}), "/eso_consideredd")
    refused(ask("charge", {k: v for k, v in ASKED.items() if k != "full_code_test"}), "/full_code_test")


def test_the_question_is_listed_with_its_schema_and_its_numbers(rules):
    assert "charge" in json.loads(rules("--list")[1])
    status, out = rules("charge", "--schema")
    assert status == 0 and set(json.loads(out)["required"]) == ASKED.keys() - {"issue_on"}
    named = {one["name"] for one in json.loads(rules("charge", "--parameters")[1])["parameters"]}
    assert {"limitation_months", "custody_444_1a_months", "cwsa2026_from"} <= named


@pytest.mark.parametrize(
    "first,last,issue,blocked,shorten,codes_",
    [
        ("2026-08-31", "2026-08-31", None, False, None, set()),
        ("2026-09-07", "2026-09-18", "2027-03-07", False, None, set()),
        ("2026-09-07", "2026-09-18", "2027-03-08", False, "2026-09-08", {"older_than_six_months"}),
        ("2026-09-07", "2026-09-18", "2027-03-18", False, "2026-09-18", {"older_than_six_months"}),
        ("2026-09-07", "2026-09-18", "2027-03-19", True, None, set()),
    ],
)
def test_limitation(ask, first, last, issue, blocked, shorten, codes_):
    asked = {"offence_from": first, "offence_to": last} | ({"issue_on": issue} if issue else {})
    got = answer(ask("limitation", asked))
    assert (got["blocked"], got["shorten_from"], warned(got)) == (blocked, shorten, codes_)
    if first == "2026-08-31":
        assert got["safe_date"] == got["outer_date"] == "2027-02-28"
