"""The agreement with schools, row by row: where each promise is kept, which page tells how, and which test proves it.

``python -m mainstay.roof.agreement --write`` writes ``docs/explanation/agreement.md`` anew in a checkout, ``--check``
says whether it is up to date. ``tests/web/test_agreement_walk.py`` opens every screen in a browser.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path("docs/explanation/agreement.md")
_HEAD: Final = """\
# The agreement, row by row

This page is generated from `src/mainstay/roof/agreement.py`: change it there, then run `make manual`.

What the service promises its schools, where in Mainstay it is done and by whom, the page that tells how, and the test that
proves it. A browser test opens every screen named here as the person named beside it.
"""
OFFICER, SENIOR, MANAGER, LEGAL, SUPPORT = (
    "ewo",
    "senior_ewo",
    "service_manager",
    "legal_coordinator",
    "business_support",
)
SCHOOL, HEAD, CME, EMPLOYMENT, POLICE, FINANCE = (
    "school_staff", "head_teacher", "cme_officer", "child_employment_officer", "police_liaison", "finance",
)  # fmt: skip
SOLICITOR, PUBLIC = "solicitor", ""


@dataclass(frozen=True, slots=True)
class Row:
    """One promise. screens: (role, name of an address, what it is there for), role "" for whoever is not signed in."""

    number: int
    service: str
    free: bool | None  # None: of the service as a whole
    screens: Sequence[tuple[str, str, str]]
    how_to: Sequence[str]
    tests: Sequence[str]


ROWS: Final[Sequence[Row]] = (
    Row(1, "Investigations, assessments and action plans with family, school and others", True,
        [(OFFICER, "investigation", "investigate and assess"), (OFFICER, "plan", "write the plan"),
         (SCHOOL, "plan", "see the plan and keep the school’s promises"), (MANAGER, "plans", "see whose plans run")],
        ["visits"], ["integration/casework/test_investigations.py", "integration/casework/test_plans.py"]),
    Row(2, "Information to parents and pupils on rights and process at every intervention", True,
        [(OFFICER, "leaflets", "leaflets by language"), (OFFICER, "fast_track_leaflet", "no cautioned meeting without them"),
         (PUBLIC, "information", "rights and process in plain words")],
        ["leaflets", "public-texts"], ["integration/documents/test_leaflets.py"]),
    Row(3, "Accountability for cases taken to court, and liaison with the school", True,
        [(LEGAL, "prosecution", "stage and result"), (SCHOOL, "case", "the school’s tracker")],
        ["court-hearings", "court-school"], ["integration/court/test_results.py"]),
    Row(4, "The agreed process before referral; evidence by hand or secure transfer", True,
        [(SCHOOL, "referral", "checklist, papers, what was sent another way"), (MANAGER, "checklist", "the list itself")],
        ["referrals-school", "referrals-officer"], ["integration/casework/test_referrals.py"]),
    Row(5, "An officer is consulted before each referral", True,
        [(OFFICER, "consultations", "what was advised"), (SCHOOL, "consultation_new", "ask first")],
        ["referrals-school"], ["integration/casework/test_referrals.py"]),
    Row(6, "Early help is expected before acceptance", True,
        [(OFFICER, "referral", "accept or return, line by line"), (MANAGER, "referral", "decide otherwise, with a reason")],
        ["referrals-officer"], ["web/casework/test_referral_pages.py"]),
    Row(7, "The school tells parents of possible involvement", True,
        [(SCHOOL, "referral", "day and way, with a letter")],
        ["referrals-school"], ["integration/casework/test_referrals.py"]),
    Row(8, "A targeting support meeting each term, on 90% and 50% attendance", True,
        [(OFFICER, "targeting_meetings", "plan and hold them"), (SCHOOL, "targeting_meetings", "agree what was said"),
         (MANAGER, "targeting_coverage", "which school had none")],
        ["meetings"], ["integration/attendance/test_targeting_meetings.py", "web/attendance/test_targeting_in_browser.py"]),
    Row(9, "Initial investigation and review", True,
        [(OFFICER, "investigation", "stages, time, outcome")],
        ["visits"], ["integration/casework/test_investigations.py"]),
    Row(10, "Fast Track: a cautioned meeting chaired by the manager, an acting senior or an experienced officer", True,
        [(SUPPORT, "fast_track", "invite"), (MANAGER, "chairs", "who may chair"), (OFFICER, "interview", "the interview under caution")],
        ["fast-track"], ["integration/casework/test_fast_track.py", "integration/casework/test_interviews.py"]),
    Row(11, "An officer is allocated at that meeting", True,
        [(SENIOR, "fast_track", "allocate there"), (MANAGER, "caseloads", "who has how much")],
        ["fast-track", "team-manager"], ["integration/casework/test_fast_track.py"]),
    Row(12, "Fast Track review and action plan", True,
        [(SENIOR, "fast_track", "compare with the targets, decide what is next")],
        ["fast-track"], ["integration/casework/test_fast_track.py"]),
    Row(13, "Preparation of summons and charge", True,
        [(LEGAL, "prosecution", "the charge"), (LEGAL, "bundle", "the evidence"), (LEGAL, "court_not_ready", "what is missing")],
        ["court-legal", "court-bundle"], ["web/court/test_prosecution_pages.py", "integration/court/test_court_bundles.py"]),
    Row(14, "Application to the court for a hearing", True,
        [(LEGAL, "sittings", "sittings and courts"), (LEGAL, "hearings", "what is listed")],
        ["court-hearings"], ["integration/court/test_hearings.py"]),
    Row(15, "Presentation in court by the legal co-ordinator", True,
        [(LEGAL, "sitting", "the list of the day"), (LEGAL, "hearing", "the note of a hearing")],
        ["court-hearings"], ["integration/court/test_hearings.py", "web/court/test_hearing_pages.py"]),
    Row(16, "Reporting results, with the actions required", True,
        [(LEGAL, "court_result", "tell the school and the officer"), (LEGAL, "court_report", "the register of results")],
        ["court-hearings"], ["integration/court/test_results.py"]),
    Row(17, "Liaison with legal services", True,
        [(LEGAL, "advice", "the privileged conversation"), (SOLICITOR, "advice_list", "a solicitor’s cases")],
        ["solicitor"], ["integration/court/test_advice.py"]),
    Row(18, "Penalty notices in line with the code of conduct", True,
        [(SCHOOL, "notice_requests", "ask for one"), (MANAGER, "notice_review", "approve"), (MANAGER, "notice_code", "the code")],
        ["notices-school", "notices-officer", "notices-manager"], ["integration/penalties/test_notice_way.py"]),
    Row(19, "Education supervision orders: application, presentation, responsible officer, breach", True,
        [(OFFICER, "supervision_order", "supervise, direct, record a breach"), (LEGAL, "supervision_orders", "apply, extend")],
        ["orders-supervision"], ["integration/orders/test_supervision_orders.py"]),
    Row(20, "School attendance orders: administration and follow-up of enrolment", True,
        [(OFFICER, "attendance_order", "notices, order, checks with the school"), (MANAGER, "attendance_orders", "which rest")],
        ["orders-attendance"], ["integration/orders/test_attendance_orders.py"]),
    Row(21, "Child performance and employment, direct and illegal-employment referrals", True,
        [(EMPLOYMENT, "employment_permits", "permits"), (EMPLOYMENT, "employment_licences", "performance licences"),
         (EMPLOYMENT, "employment_reports", "illegal employment")],
        ["employment-officer", "employment-public"], ["integration/employment/test_employment_actions.py", "web/employment/test_employment_pages.py"]),
    Row(22, "Liaison with children missing education, direct referrals", True,
        [(CME, "missing", "missing children"), (OFFICER, "missing_liaison", "accept or return a hand-over")],
        ["missing-officer"], ["integration/missing/test_missing_search.py", "integration/missing/test_missing_roll_and_handover.py"]),
    Row(23, "Truancy patrols with the police", True,
        [(OFFICER, "patrols", "patrols"), (POLICE, "patrols", "the police’s part"), (MANAGER, "patrol_figures", "statistics by school")],
        ["patrols"], ["integration/patrols/test_patrols_going_out.py", "integration/patrols/test_patrol_encounters.py"]),
    Row(24, "A link officer named for every school, by phone, Teams and e-mail", True,
        [(MANAGER, "link_officers", "name them"), (PUBLIC, "contact_cards", "their contact cards")],
        ["team", "team-manager"], ["integration/team/test_duty.py"]),
    Row(25, "A duty officer every day in term", True,
        [(OFFICER, "duty", "the desk"), (MANAGER, "duty_rota", "the rota")],
        ["team"], ["integration/team/test_duty.py"]),
    Row(26, "Cover for sickness and leave, or another day", True,
        [(OFFICER, "absences", "be away, cover, rearrange")],
        ["team", "team-manager"], ["integration/team/test_cover.py"]),
    Row(27, "Purchase of officer days: a day at least, none carried over, shared by agreement", False,
        [(SCHOOL, "trade_order_new", "order"), (HEAD, "trade_order", "approve"), (MANAGER, "trade_orders", "accept, share"),
         (FINANCE, "trade_invoices", "invoice"), (MANAGER, "trade_year_end", "the end of the year")],
        ["traded-school", "traded-manager", "traded-finance"], ["property/test_traded_conserved.py"]),
    Row(28, "Early-intervention meetings", False, [(OFFICER, "purchased_write_up", "who came, what was agreed")],
        ["purchased-officer", "bookings"], ["integration/purchased/test_purchased_work.py"]),
    Row(29, "Individual casework outside the statutory process", False,
        [(OFFICER, "purchased_work", "a purchased case, which can become a referral")], ["purchased-officer"], ["integration/purchased/test_purchased_work.py"]),
    Row(30, "Unannounced and home visits", False, [(OFFICER, "visits", "visits with risk and who is out alone")],
        ["purchased-officer", "visits"], ["integration/casework/test_visits.py"]),
    Row(31, "Early help assessments for the school", False, [(OFFICER, "purchased_work", "needs, views, consent, review")],
        ["purchased-officer"], ["integration/purchased/test_purchased_forms.py"]),
    Row(32, "Parenting (attendance) contracts", False, [(OFFICER, "plans", "draft, sign, review")],
        ["purchased-officer", "visits"], ["integration/casework/test_plans.py"]),
    Row(33, "Additional audits of attendance", False, [(OFFICER, "purchased_sampled", "a sample drawn and checked")],
        ["purchased-officer"], ["integration/purchased/test_purchased_forms.py"]),
    Row(34, "Intervention days", False, [(OFFICER, "purchased_slots", "families by time, with results")],
        ["purchased-officer"], ["integration/purchased/test_purchased_forms.py"]),
    Row(35, "Group work", False, [(OFFICER, "purchased_session", "attendance, before and after")], ["purchased-officer"], ["integration/purchased/test_purchased_forms.py"]),
    Row(36, "Reviewing significant groups, and coding", False, [(OFFICER, "purchased_analyse", "groups, small numbers hidden")],
        ["purchased-officer"], ["integration/purchased/test_purchased_forms.py", "property/test_suppressing.py"]),
    Row(37, "Evaluation of attendance data on casework", False, [(OFFICER, "purchased_impact", "before and after"),
        (MANAGER, "impact", "of every intervention")], ["purchased-officer", "impact"], ["integration/attendance/test_impact.py"]),
    Row(38, "Consistent processes, policies, letters, leave procedures", False,
        [(OFFICER, "purchased_library", "the library, and what a school was given")], ["purchased-officer"], ["integration/purchased/test_purchased_forms.py"]),
    Row(39, "Support of phased transfers", False, [(OFFICER, "purchased_move", "a cohort and its receiving schools"),
        (SCHOOL, "purchased_arrivals", "who arrives")], ["purchased-officer", "purchased-school"], ["integration/purchased/test_purchased_forms.py"]),
    Row(40, "Training for staff and governors", False, [(OFFICER, "purchased_courses", "courses and places"),
        (SCHOOL, "purchased_courses", "book a place")], ["purchased-officer", "purchased-school"], ["integration/purchased/test_purchased_forms.py"]),
    Row(41, "Attendance policy support", False, [(OFFICER, "purchased_policy", "checklist and dated advice")],
        ["purchased-officer"], ["integration/purchased/test_purchased_forms.py"]),
    Row(42, "Attendance assemblies, primary and secondary", False, [(SCHOOL, "booking_new", "book one")], ["bookings"], ["web/traded/test_booking_pages.py"]),
    Row(43, "SAM on the gate, late gates", False, [(OFFICER, "purchased_count", "counts at the gate")], ["purchased-officer"], ["integration/purchased/test_purchased_forms.py"]),
    Row(44, "Bespoke requests", False, [(SCHOOL, "trade_order_new", "ask"), (MANAGER, "trade_order_quote", "quote and decide")],
        ["traded-school", "traded-manager"], ["integration/traded/test_orders_of_days.py"]),
    Row(45, "Safeguarding and DSL training", False, [(SCHOOL, "purchased_courses", "what is offered, and where else")],
        ["purchased-school"], ["integration/purchased/test_purchased_forms.py"]),
    Row(46, "Contact and review: interventions, training, feedback", None,
        [(MANAGER, "yearly_review", "the yearly review"), (MANAGER, "feedback", "what people said")], ["yearly-review", "feedback"], ["web/team/test_yearly_review.py", "integration/feedback/test_surveys.py"]),
    Row(47, "Quality assured by the manager and acting seniors", None, [(SENIOR, "quality", "samples and reviews")],
        ["team-manager"], ["integration/team/test_quality_reviews.py"]),
    Row(48, "Monthly professional supervision", None, [(MANAGER, "supervisions", "who is due")],
        ["team-manager"], ["integration/team/test_supervision.py"]),
    Row(49, "Queries, concerns and complaints to the manager", None,
        [(PUBLIC, "complain", "complain"), (MANAGER, "complaints", "log, stages, report")], ["complaints"], ["integration/feedback/test_complaints.py"]),
)  # fmt: skip


def page() -> str:
    """The page in Markdown. Django is set up."""
    from django.urls import get_resolver

    from mainstay.service.accounts.roles import LABELS, Role

    patterns = {
        name: ways[0][0][0][0] for name, ways in get_resolver().reverse_dict.lists() if isinstance(name, str)
    }
    lines = [_HEAD, "| | service | | screens | how | test |", "|---|---|---|---|---|---|"]
    for row in ROWS:
        kind = {True: "free", False: "purchased", None: ""}[row.free]
        screens = "<br>".join(
            f"{LABELS[Role(role)] if role else 'Anybody'}: {what}, `/{_plain(patterns[name])}`"
            for role, name, what in row.screens
        )
        how = ", ".join(f"[{name}](../how-to/{name}.md)" for name in row.how_to)
        tests = "<br>".join(f"[{Path(test).name}](../../tests/{test})" for test in row.tests)
        lines.append(f"| {row.number} | {row.service} | {kind} | {screens} | {how} | {tests} |")
    return "\n".join(lines) + "\n"


def _plain(pattern: str) -> str:
    """An address as a person would say it: what is a number or a word in it by three dots."""
    import re

    return re.sub(r"%\(\w+\)s", "…", pattern)


def main(argv: Sequence[str]) -> int:
    """Exit code 1 where ``--check`` finds the page out of date."""
    parser = argparse.ArgumentParser(prog="python -m mainstay.roof.agreement")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.roof.settings")
    os.environ.setdefault("MAINSTAY_DEMO", "true")
    import django

    django.setup()
    made = page()
    if options.write:
        PAGE.write_text(made, "utf-8")
    if options.check and PAGE.read_text("utf-8") != made:
        sys.stderr.write(f"{PAGE} is out of date: run `make manual`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
