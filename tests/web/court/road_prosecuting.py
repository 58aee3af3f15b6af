"""On the roads of prosecution: from the proposal to the evidence, each step by whoever owns it."""

from datetime import date, datetime, timedelta

from tests.web.court.road import Cast, Road, Window

from mainstay.service.casework.models import Case
from mainstay.service.court import expected
from mainstay.service.court.actions import bundles, certificates, witnesses
from mainstay.service.court.models import Bundle, Certificate, Prosecution, WitnessStatement
from mainstay.service.documents import actions_statements as drafting
from mainstay.service.documents.models import Statement
from mainstay.service.documents.statements import Asked

REASONS = "Help was offered and did not change enough."


def proposes(window: Window, *, offence: str) -> None:
    """On the form: nobody is proposed without reasons."""
    window.tick("parents").pick(offence=offence)
    window.refused("Propose the prosecution", "There is a problem").write(REASONS)
    window.goes("Propose the prosecution")


def an_order_is_considered_first(road: Road, cast: Cast, one: Prosecution) -> None:
    """The officer cannot go on before a senior officer considered a supervision order and signed it."""
    page = f"/prosecutions/{one.pk}/"
    road.window(cast.officer, page).sees("A senior officer considers an education supervision order first")
    considers(road, cast, one.case, "not_appropriate")
    road.window(cast.officer, page).goes("Go on to the full code test")


def considers(road: Road, cast: Cast, case: Case, outcome: str) -> None:
    window = road.window(cast.senior, f"/cases/{case.pk}/").follow("Consider a supervision order")
    window.pick(outcome=outcome).day("consulted_on", case.opened_at.date())
    window.refused("Sign the consideration", "There is a problem").write("Asked, weighed and written down.")
    window.goes("Sign the consideration").sees("The consideration is signed")


def is_tested(road: Road, cast: Cast, one: Prosecution, outcome: str = "authorise") -> None:
    """Every defence is asked about before the test; legal reads the test and approves it."""
    window = road.window(cast.officer, f"/prosecutions/{one.pk}/").follow("Write the full code test")
    window.pick(evidential="met", public_interest="met", outcome=outcome).write()
    window.refused("Send it to legal", "Ask about each statutory defence before the test")
    window.to(f"/prosecutions/{one.pk}/").follow("Assess the defences")
    window.page.locator("input[value='not_raised']").evaluate_all("all => all.forEach(each => each.click())")
    window.goes("Keep the assessment").follow("Write the full code test")
    window.pick(evidential="met", public_interest="met", outcome=outcome).write().goes("Send it to legal")
    window = road.window(cast.legal, f"/prosecutions/{one.pk}/").follow("Review the full code test")
    window.pick(agrees="yes").goes("Record the review").sees("To authorise since")


def is_authorised(road: Road, cast: Cast, one: Prosecution) -> None:
    assert one.number in road.window(cast.manager).says
    window = road.window(cast.manager, f"/prosecutions/{one.pk}/").follow("Authorise the prosecution")
    window.pick(decision="authorise").write("It is right, and nothing milder is left.")
    window.refused("Record the decision", "Say under which delegated power")
    window.fill(delegated_power="Part 3, 7.1").goes("Record the decision").sees("Who owes what")


def the_school_gives_evidence(road: Road, cast: Cast, one: Prosecution) -> None:
    """The head teacher alone signs the certificate; the school writes and signs a statement of its own."""
    window = road.window(cast.officer, f"/prosecutions/{one.pk}/")
    window.follow("Ask the head teacher for a certificate").goes("Freeze the marks and ask")
    window.follow("Ask the school for a statement").write("Registers, meetings, letters.").goes(
        "Ask the school"
    )
    certificate = Certificate.objects.get(prosecution=one)
    asked = WitnessStatement.objects.get(prosecution=one)
    road.window(cast.legal, f"/prosecutions/{one.pk}/").sees("has not signed the certificate of attendance")
    window = road.window(cast.staff, f"/evidence/certificates/{certificate.pk}/")
    assert not window.page.get_by_role("button", name="Sign the certificate").count()
    window.to(f"/evidence/statements/{asked.pk}/").fill(text="I met the mother.\n\nI wrote to her.")
    window.goes("Keep these words").refused("Sign the statement", "There is a problem")
    window.tick("true").goes("Sign the statement")
    window = road.window(cast.head).sees("To sign for court")
    window.to(f"/evidence/certificates/{certificate.pk}/").refused(
        "Sign the certificate", "There is a problem"
    )
    window.tick("true").goes("Sign the certificate").sees("Signed")


def the_officer_gives_a_statement(road: Road, cast: Cast, one: Prosecution, when: datetime) -> None:
    """Drafted from the chronology, as elsewhere; taken for this prosecution, and signed by its witness alone."""
    drafted(cast, one, when)
    window = road.window(cast.officer, f"/prosecutions/{one.pk}/").follow("Take a drafted statement")
    window.page.locator("select[name=statement]").select_option(index=1)
    window.goes("Take it")
    taken = WitnessStatement.objects.get(prosecution=one, school=None)
    window.to(f"/evidence/statements/{taken.pk}/").tick("true").goes("Sign the statement")


def drafted(cast: Cast, one: Prosecution, when: datetime) -> Statement:
    """Of the officer, about the last year."""
    asked, pupil = Asked(first=when.date() - timedelta(days=365), last=when.date()), one.case.pupil
    made, _ = drafting.start(
        pupil=pupil, witness=cast.officer, asked=asked, known_on=when.date(), by=cast.officer, at=when
    )
    return made


def the_evidence_is_there(road: Road, cast: Cast, one: Prosecution, when: datetime) -> None:
    """The same by the same people, as it was walked for the notice."""
    said = {"by": cast.legal, "at": when}
    assert one.school is not None
    asked = certificates.ask(prosecution_id=one.pk, school=one.school, **said)
    certificates.sign(certificate_id=asked.pk, true=True, by=cast.head, at=when)
    taken = witnesses.take(prosecution_id=one.pk, statement=drafted(cast, one, when), **said)
    witnesses.sign(statement_id=taken.pk, true=True, version=1, by=cast.officer, at=when)
    bundle = bundles.begin(prosecution_id=one.pk, **said)
    bundles.add_certificate(bundle_id=bundle.pk, **said)
    bundles.add_statement(bundle_id=bundle.pk, statement_id=taken.pk, **said)
    is_complete(road, cast, one, when)


def is_complete(road: Road, cast: Cast, one: Prosecution, when: datetime) -> None:
    """What else the bundle should hold is left out with a reason."""
    bundle = Bundle.objects.get(prosecution=one)
    missing = expected.missing(one, bundle, with_charge=False)
    because = {each.key: "Not needed here" for each in missing}
    bundles.leave_out(bundle_id=bundle.pk, because=because, by=cast.legal, at=when)
    road.window(cast.legal, f"/prosecutions/{one.pk}/").goes("Say that the evidence is complete")


def a_bundle_is_filled(road: Road, cast: Cast, one: Prosecution, when: datetime) -> Bundle:
    """With the certificate and every statement; what else is expected is left out with a reason."""
    window = road.window(cast.legal, f"/prosecutions/{one.pk}/").sees("Begin the bundle of evidence")
    window.follow("Begin the bundle").goes("Begin it")
    window.in_row("Certificate of attendance, signed", "Add it")
    for statement in WitnessStatement.objects.filter(prosecution=one):
        of = "Statement of the school" if statement.school_id else "Statement of the officer"
        window.in_row(of, f"Add the statement of {statement.signed_name}")
    window.in_row("Record of interview", "Leave out").fill(interview="None was held.").goes("Leave these out")
    window.sees("Left out None was held.")
    is_complete(road, cast, one, when)
    return Bundle.objects.get(prosecution=one)


def a_sitting_is_added(road: Road, cast: Cast, on: date) -> None:
    window = road.window(cast.legal, "/court/sittings/").day("on", on)
    window.page.locator("select[name=court]").select_option(index=1)
    window.choose("presenter", cast.legal.pk).goes("Add the sitting").sees("Inventedtown")


def a_court_is_added(road: Road, cast: Cast) -> None:
    window = road.window(cast.legal, "/court/courts/")
    window.fill(name="Inventedtown Magistrates’ Court", code="1", address="1 Made Up Street").goes(
        "Add the court"
    )


def all_are_told(road: Road, cast: Cast, one: Prosecution, due: date) -> None:
    """The school and the officer with what each has to do, the parent by letter."""
    window = road.window(cast.legal, f"/prosecutions/{one.pk}/").follow("Tell the school and the officer")
    window.fill(what_1="Visit the family").day("due_1", due).choose("who_1", "officer")
    window.fill(what_2="Meet the child at the gate").day("due_2", due).choose("who_2", "school").goes(
        "Tell them"
    )
    result = one.results.get()
    window.to(f"/court/results/{result.pk}/").goes("Send the letter").sees("the letter, how it went")
    chronology = f"/pupils/{one.case.pupil_id}/chronology/"
    road.window(cast.staff, chronology).sees("Meet the child at the gate")
