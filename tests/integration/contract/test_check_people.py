"""registers check: UPNs."""

import pytest
from tests.integration.contract.made import ADA, BEN, codes, line, long, one, write


def test_upn_check_letter_once_a_pupil(check, tmp_path):
    bad = "A" + ADA[1:]
    assert bad != ADA
    r = one(check(write(tmp_path, long(line("/", who=bad), line("/", half="PM", who=bad)))))
    assert codes(r) == {"upn_check_letter": 1} and r["verdict"] == "ready" and r["marks"] == 2


def test_temporary_upn(check, tmp_path):
    r = one(
        check(
            write(tmp_path, long(line("/", who="Y85299992401A"), line("/", half="PM", who="Y85299992401A")))
        )
    )
    assert codes(r) == {"temporary_upn": 1} and r["verdict"] == "ready"


def test_upn_missing(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                long(line("/", who=""), line("/", half="PM", who=""), line("/", who="", forename="Bo")),
            )
        )
    )
    assert codes(r) == {"upn_missing": 2} and r["verdict"] == "ready" and r["pupils"] == 2 and r["marks"] == 3


def test_no_upn_no_name(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), line("/", who="", surname="", forename="", born="")))))
    assert r["rows_refused"] == 1 and len(r["errors"]) == 1 and r["pupils"] == 1


@pytest.mark.parametrize(
    "bad",
    [
        "12345",
        "I852999924001",
        "Z85299992400",
        "Z8529999240011",
        "Z85299992400S",
        "Z852/9999/24001",
        "ZZ52999924001",
    ],
)
def test_upn_that_fails_the_pattern(check, tmp_path, bad):
    r = one(check(write(tmp_path, long(line("/"), line("/", who=bad)))))
    assert r["rows_refused"] == 1
    assert [(e["line"], e["column"], e["value"]) for e in r["errors"]] == [(3, "UPN", bad)]


@pytest.mark.parametrize("spelt", [ADA.lower(), f" {ADA} ", f"{ADA[:4]} {ADA[4:8]} {ADA[8:]}"])
def test_upn_spelt_otherwise(check, tmp_path, spelt):
    r = one(check(write(tmp_path, long(line("/"), line("/", half="PM", who=spelt)))))
    assert (r["verdict"], r["pupils"], r["marks"]) == ("ready", 1, 2)


def test_shared_upn(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                long(
                    line("/"),
                    line("/", half="PM"),
                    line("/", who=BEN, surname="X"),
                    line("/", "2025-09-09", surname="Okoro", forename="Ben", born="2014-01-02"),
                ),
            )
        )
    )
    assert r["rows_refused"] == 3 and r["marks"] == 1 and "upn_shared" in codes(r)
    assert sorted({e["line"] for e in r["errors"]}) == [2, 3, 5]
    assert len(r["errors"]) == 3


@pytest.mark.parametrize(
    "other", [{"surname": "Okoro"}, {"born": "2014-01-02"}, {"surname": "FENWICK"}, {"forename": "Adah"}]
)
def test_not_shared_when_only_name_or_birth_differs(check, tmp_path, other):
    r = one(check(write(tmp_path, long(line("/"), line("/", half="PM", **other)))))
    assert "upn_shared" not in codes(r) and r["verdict"] == "ready" and r["pupils"] == 1


@pytest.mark.parametrize(
    "others,count",
    [
        ([{"born": ""}], 2),  # the same child, once without a date of birth
        ([{"surname": "Fenwicke"}], 2),
        ([{"surname": "Roe", "forename": "Jo", "born": "2010-01-01"}], 3),
    ],
)
def test_who_shares_a_number_is_counted_once(check, tmp_path, others, count):
    first = [line("/"), line("/", half="PM", surname="Moss", forename="Ben", born="2014-05-01")]
    rows = [line("/", "2025-09-09", **other) for other in others]
    r = one(check(write(tmp_path, long(*first, *rows, line("/", who=BEN)))))
    assert codes(r) == {"upn_shared": count} and r["rows_refused"] == 2 + len(others)
