"""registers check: grids, totals, DfE, implausible figures, the file before."""

import pytest
from tests.integration.contract.made import ADA, BEN, CAI, LONG, codes, line, long, one, upn, write, xlsx

DAYS = ",".join(f"{d} {h}" for d in ("Mon", "Tue", "Wed", "Thu", "Fri") for h in ("AM", "PM"))
TITLE = "Invented Primary - Registration report - Week beginning 08/09/2025"


def test_grid_with_totals_legend_and_weekend(check, tmp_path):
    text = (
        f"{TITLE},,,\n\nName,UPN,Reg,{DAYS},Sat AM,Sat PM,Sun AM,Sun PM,Possible,Attended\n"
        f'"Fenwick, Ada",{ADA},5B,/,\\,/,\\,O,O,/,M,/,\\,#,#,#,#,10,7\n'
        f'"Okoro, Ben",{BEN},5B,/,\\,/,\\,/,\\,/,\\,/,\\,,,,,10,10\n'
        "Total,,,2,2,2,2,1,1,2,1,2,2,,,,,20,17\n\nLegend: / present; O unauthorised\n/ = present,,\nM = medical\n"
    )
    r = one(check(write(tmp_path, text)))
    assert (r["layout"], r["rows_read"], r["rows_taken"], r["marks"], r["pupils"], r["schools"]) == (
        "weekly_grid",
        2,
        2,
        20,
        2,
        ["Invented Primary"],
    )
    assert "totals_disagree" not in codes(r) and r["verdict"] == "ready"


def test_grid_totals_that_disagree(check, tmp_path):
    text = f'{TITLE}\nName,UPN,{DAYS},Possible,Attended\n"Fenwick, Ada",{ADA},/,\\,/,\\,O,O,/,M,/,\\,10,9\n"Okoro, Ben",{BEN},/,\\,/,\\,O,O,/,M,/,\\,10,7\n'
    r = one(check(write(tmp_path, text)))
    assert codes(r) == {"totals_disagree": 1} and r["verdict"] == "ready" and r["marks"] == 20


def test_grid_weekend_mark(check, tmp_path):
    text = f'{TITLE}\nName,UPN,{DAYS},Sat AM,Sat PM\n"Fenwick, Ada",{ADA},/,\\,/,\\,O,O,/,M,/,\\,O,#\n'
    r = one(check(write(tmp_path, text)))
    assert codes(r) == {"weekend_mark": 1} and r["marks"] == 10 and r["rows_refused"] == 1
    assert [(e["line"], e["column"], e["value"]) for e in r["errors"]] == [(3, "Sat AM", "O")]


def test_grid_of_pairs(check, tmp_path):
    text = f'{TITLE}\nName,UPN,Mon,Tue,Wed,Thu,Fri\n"Fenwick, Ada",{ADA},/\\,OO,/M,--,/\n"Okoro, Ben",{BEN},/\\,/?,,##,C2 O\n'
    r = one(check(write(tmp_path, text)))
    assert r["layout"] == "weekly_grid" and r["rows_read"] == 2
    assert any(e["line"] == 4 and e["column"] == "Tue" for e in r["errors"])


def test_grid_merged_header_xlsx(check, tmp_path):
    rows = [
        ["Invented Primary"],
        ["Name", "UPN", 45908, None, 45909, None, 45910, None],
        [None, None, "AM", "PM", "AM", "PM", "AM", "PM"],
        ["Fenwick, Ada", ADA, "/", "\\", "O", "O", "/", "M"],
        [],
        ["Okoro, Ben", BEN, "/", "\\", "Q9", "O", "/", "M"],
    ]
    r = one(check(write(tmp_path, xlsx(rows, ["C2:D2", "E2:F2", "G2:H2"]), "r.xlsx")))
    assert (r["layout"], r["marks"], r["from"], r["to"], r["schools"]) == (
        "weekly_grid",
        11,
        "2025-09-08",
        "2025-09-10",
        ["Invented Primary"],
    )
    assert [(e["line"], e["value"]) for e in r["errors"]] == [(6, "Q9")]


def test_csv_two_header_rows(check, tmp_path):
    text = f'Name,UPN,08/09/2025,,09/09/2025,\n,,AM,PM,AM,PM\n"Fenwick, Ada",{ADA},/,\\,O,O\n'
    r = one(check(write(tmp_path, text)))
    assert (r["layout"], r["marks"], r["to"]) == ("weekly_grid", 4, "2025-09-09")


def test_merged_week_title_xlsx(check, tmp_path):
    rows = [
        ["Invented Primary - Week beginning 08/09/2025", None, None],
        ["Name", "UPN", *DAYS.split(",")],
        ["Fenwick, Ada", ADA, *"/\\/\\OO/M/\\"],
    ]
    r = one(check(write(tmp_path, xlsx(rows, ["A1:L1"]), "r.xlsx")))
    assert (r["layout"], r["marks"], r["from"]) == ("weekly_grid", 10, "2025-09-08")


def test_day_rows_with_name(check, tmp_path):
    r = one(check(write(tmp_path, f'UPN,Name,Date,AM,PM\n{ADA},"Fenwick, Ada",08/09/2025,/,O\n')))
    assert (r["layout"], r["marks"], r["rows_read"], r["from"]) == ("day_rows", 2, 1, "2025-09-08")


# totals


TOTALS = "UPN,Surname,Forename,Possible,Attended,%,Auth,Unauth,Late\n"


def test_totals(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                TOTALS
                + f"{ADA},Fenwick,Ada,100,90,90.0,6,4,1\n{BEN},Okoro,Ben,100,95,95,3,2,0\nTotal,,,200,185,,9,6,1\n",
            )
        )
    )
    assert (
        r["layout"],
        r["marks"],
        r["from"],
        r["to"],
        r["rows_read"],
        r["rows_taken"],
        r["pupils"],
        r["verdict"],
    ) == ("totals", 0, None, None, 2, 2, 2, "ready")
    assert set(codes(r)) == {"totals_only"}


def test_totals_that_disagree(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                TOTALS
                + f"{ADA},Fenwick,Ada,100,91,91.0,6,4,1\n{BEN},Okoro,Ben,100,95,95,3,2,0\n{CAI},C,C,100,99,99,3,2,0\n",
            )
        )
    )
    assert (
        codes(r)["totals_disagree"] == 2
        and "totals_only" in codes(r)
        and r["verdict"] == "ready"
        and r["rows_refused"] == 0
    )


def test_totals_by_code(check, tmp_path):
    text = f"UPN,Surname,Forename,DoB,EnrolStatus,Estab,TermlySessionsPossible,TermlySessionsAuthorised,TermlySessionsUnauthorised,T_Reason_I,T_Reason_M,T_Reason_O\n{ADA},Fenwick,Ada,2015-03-09,C,9999,100,3,1,6,2,4\n{BEN},Okoro,Ben,2014-03-09,C,9999,100,8,4,6,2,4\n"
    r = one(check(write(tmp_path, text)))
    assert (
        r["layout"] == "totals"
        and codes(r)["totals_disagree"] == 1
        and r["marks"] == 0
        and "totals_only" in codes(r)
    )


def test_totals_by_bare_code(check, tmp_path):
    text = f"UPN,Surname,Forename,Possible,/,\\,I,O,L\n{ADA},Fenwick,Ada,100,45,45,5,4,1\n{BEN},Okoro,Ben,100,45,45,5,4,2\n"
    r = one(check(write(tmp_path, text)))
    assert r["layout"] == "totals" and codes(r)["totals_disagree"] == 1


@pytest.mark.parametrize("n,verdict", [(540, "ready"), (541, "stopped")])
def test_totals_over_540(check, tmp_path, n, verdict):
    path = write(tmp_path, TOTALS + f"{ADA},Fenwick,Ada,{n},{n},100,0,0,0\n")
    r = one(check(path))
    assert r["verdict"] == verdict
    if verdict == "stopped":
        assert "implausible" in codes(r)
        r = one(check(path, "--accept-implausible"))
        assert r["verdict"] == "ready" and "implausible" in codes(r)


def test_totals_bad_number(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                TOTALS
                + f"{ADA},Fenwick,Ada,100,90,90.0,6,4,1\n{BEN},Okoro,Ben,many,95,95,3,2,0\n{CAI},C,C,-4,95,95,3,2,0\n",
            )
        )
    )
    assert r["rows_refused"] == 2 and [(e["line"], e["column"]) for e in r["errors"]] == [
        (3, "Possible"),
        (4, "Possible"),
    ]


# dfe


@pytest.mark.parametrize(
    "extra,layout",
    [
        ("LA code,Ethnicity,Looked after", "dfe"),
        ("LA code,SEN support,EHC plan", "dfe"),
        ("LA code,FSM,Ethnicity,Sex", "dfe"),
        ("LA code,FSM", "long"),
        ("FSM,Ethnicity", "long"),
        ("LA code,Sex", "long"),
    ],
)
def test_dfe(check, tmp_path, extra, layout):
    cells = ",".join("852" if c == "LA code" else "x" for c in extra.split(","))
    r = one(check(write(tmp_path, long(f"{line('/')},{cells}", header=f"{LONG},{extra}"))))
    assert (r["layout"], r["marks"], r["verdict"]) == (layout, 1, "ready")


def test_dfe_totals(check, tmp_path):
    text = f"URN,LA code,UPN,Forename,Surname,SEN support,FSM,Possible,Attended,Auth,Unauth\n999999,852,{ADA},Ada,Fenwick,N,Y,100,90,6,4\n"
    r = one(check(write(tmp_path, text)))
    assert r["layout"] == "dfe" and r["marks"] == 0 and "totals_only" in codes(r) and r["from"] is None


# implausible


def city(pupils, absent, days=1, code="O"):
    """``absent`` of ``pupils`` miss the one session there is."""
    return long(
        *(
            line(
                code if n < absent else "/", who=upn(n + 10), surname=f"S{n}", born=f"2014-01-{n % 28 + 1:02}"
            )
            for n in range(pupils)
        )
    )


@pytest.mark.parametrize(
    "pupils,absent,phase,verdict",
    [
        (20, 6, None, "ready"),
        (20, 7, None, "stopped"),
        (19, 19, None, "ready"),
        (20, 12, "pru", "ready"),
        (20, 13, "pru", "stopped"),
        (20, 12, "special", "ready"),
        (20, 13, "special", "stopped"),
        (20, 7, "primary", "stopped"),
        (20, 7, "secondary", "stopped"),
        (40, 12, None, "ready"),
        (40, 13, None, "stopped"),
    ],
)
def test_implausible_absence(check, tmp_path, pupils, absent, phase, verdict):
    path = write(tmp_path, city(pupils, absent))
    extra = ["--phase", phase] if phase else []
    r = one(check(path, *extra))
    assert r["verdict"] == verdict
    assert ("implausible" in codes(r)) == (verdict == "stopped")
    r = one(check(path, *extra, "--accept-implausible"))
    assert r["verdict"] == "ready" and r["marks"] == pupils


def test_implausible_counts_all_absence_of_possible(check, tmp_path):
    r = one(check(write(tmp_path, city(20, 7, code="I"))))
    assert r["verdict"] == "stopped"
    assert one(check(write(tmp_path, city(20, 7, code="D"))))["verdict"] == "ready"


def test_implausible_totals_absence(check, tmp_path):
    rows = "".join(f"{upn(n)},S{n},F,100,{69},69,31,0,0\n" for n in range(20))
    assert one(check(write(tmp_path, TOTALS + rows)))["verdict"] == "stopped"
    rows = "".join(f"{upn(n)},S{n},F,100,{70},70,30,0,0\n" for n in range(20))
    assert one(check(write(tmp_path, TOTALS + rows)))["verdict"] == "ready"


@pytest.mark.parametrize(
    "now,verdict", [(10, "ready"), (11, "ready"), (12, "stopped"), (9, "ready"), (8, "stopped")]
)
def test_previous_pupils(check, tmp_path, now, verdict):
    before = write(tmp_path, city(10, 0), "before.csv")
    path = write(tmp_path, city(now, 0), "now.csv")
    r = one(check(path, "--previous", before))
    assert r["verdict"] == verdict and ("implausible" in codes(r)) == (verdict == "stopped")
    assert one(check(path, "--previous", before, "--accept-implausible"))["verdict"] == "ready"


def test_previous_of_a_later_year(check, tmp_path):
    old = write(tmp_path, long(line("/", "2025-07-14")), "old.csv")
    new = write(tmp_path, long(line("/", "2025-09-08")), "new.csv")
    r = one(check(old, "--previous", new))
    assert r["verdict"] == "stopped" and "implausible" in codes(r)
    assert one(check(new, "--previous", old))["verdict"] == "ready"
    early = write(tmp_path, long(line("/", "2025-09-02")), "early.csv")
    assert one(check(early, "--previous", new))["verdict"] == "ready"


def test_age_alone_is_no_reason(check, tmp_path):
    assert one(check(write(tmp_path, long(line("/", "2019-09-09", born="2010-01-01")))))["verdict"] == "ready"


@pytest.mark.parametrize(
    "columns,values,agree",
    [
        ("Possible,Attended,%", "100,90,90", True),
        ("Possible,Attended,%", "100,90,95", False),
        ("Possible,Attended,%", "100,90,90.0%", True),
        ("Possible,Attended,%", "100,90,0.9", True),
        ("Possible,Attended,%", "100,90,0.95", False),
        ("Possible,Attended,%", "300,200,66.7", True),
        ("Possible,Attended,%", "300,200,66.6", True),
        ("Possible,Attended,%", "300,200,66", True),
        ("Possible,Attended,%", "300,200,67", True),
        ("Possible,Attended,%", "300,200,66.8", False),
        ("Possible,Attended,%", "100,1,1", True),
        ("Possible,Attended,%", "100,100,1", True),
        ("Possible,Attended,%", "0,0,", True),
        ("Possible,Attended,%", "100,90,n/a", True),
        ("Possible,Auth,Unauth,%", "100,6,4,90", True),
        ("Possible,Auth,Unauth,%", "100,6,4,91", False),
        ("Possible,Attended", "100,120", False),
        ("Possible,Auth,Unauth", "100,60,60", False),
        ("Possible,Attended,Unauth", "100,90,11", False),
        ("Possible,Attended,Unauth", "100,90,4", True),
        ("Possible,Attended,Auth,Unauth,Late", "100,90,6,4,90", True),
        ("Possible,Attended,Auth,Unauth,Late", "100,90,6,4,99", False),
        ("Possible,Attended,I,O", "100,90,6,4", True),
        ("Possible,Attended,I,O", "100,90,6,5", False),
        ("Possible,Late,L", "100,3,4", False),
    ],
)
def test_totals_against_each_other(check, tmp_path, columns, values, agree):
    r = one(check(write(tmp_path, f"UPN,{columns}\n{ADA},{values}\n")))
    assert ("totals_disagree" not in codes(r)) == agree and r["verdict"] == "ready"


@pytest.mark.parametrize("totals", ["10,7,70,2", "10,8,80,2", "10,7,70,3"])
def test_late_and_percentage_beside_a_grid(check, tmp_path, totals):
    days = ",".join(f"{day} {half}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri") for half in ("AM", "PM"))
    text = f"Week beginning 08/09/2025\nName,UPN,{days},Possible,Attended,%,Late\n"
    text += f'"Fenwick, Ada",{ADA},L,/,/,L,/,/,/,O,O,O,{totals}\n'
    r = one(check(write(tmp_path, text)))
    assert ("totals_disagree" in codes(r)) == (totals != "10,7,70,2")


@pytest.mark.parametrize("column", ["Attended", "Auth", "Unauth", "Late", "I"])
def test_any_total_over_a_years_sessions_is_implausible(check, tmp_path, column):
    path = write(tmp_path, f"UPN,Possible,{column}\n{ADA},380,541\n")
    r = one(check(path))
    assert r["verdict"] == "stopped" and codes(r)["implausible"] == 1
    assert one(check(path, "--accept-implausible"))["verdict"] == "ready"
