"""Schools and their calendars, pupils and their enrolments, parents and carers."""

from datetime import date
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.db.models import Q

from mainstay.service.common.keys import fold
from mainstay.service.common.prepared import today


class Dated(models.Model):
    """A fact that held from one day to another (inclusive; None is open)."""

    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def on(day: date) -> Q:
        """The condition "held on that day"."""
        return (Q(since__isnull=True) | Q(since__lte=day)) & (Q(until__isnull=True) | Q(until__gte=day))

    def held_on(self, day: date) -> bool:
        """The same of one that is read already."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Trust(models.Model):
    name = models.CharField(max_length=160, unique=True)

    def __str__(self) -> str:
        return self.name


#: no condition, yet not an empty one: ``x | Q()`` would be x, and ``x | EVERY`` is everything
EVERY = ~Q(pk__in=[])


def conflicts_of(user: Any) -> tuple[list[int], list[int]]:
    """Ids of the schools and of the pupils this person declared a conflict about; asked once for a user object."""
    if getattr(user, "conflicted", None) is None:  # not vars(): a request's user is a lazy stand-in
        rows = Conflict.objects.open().filter(user=user).values_list("school_id", "pupil_id")
        pairs = list(rows)
        user.conflicted = [s for s, _ in pairs if s], [p for _, p in pairs if p]
    return cast("tuple[list[int], list[int]]", user.conflicted)


def schools_in_view(user: Any, path: str = "school") -> Q:
    """The condition "of a school this person may see", for rows that hang on one by ``path``.

    For whoever sees every school only conflicts are taken out, so that a list keeps to its own indexes.
    """
    if not user.may("see_schools"):
        return Q(pk__in=[])
    schools, _ = conflicts_of(user)
    seen = ~Q(**{f"{path}__in": schools}) if schools else EVERY
    if user.only_school is not None:
        seen &= Q(**{path: user.only_school})
    if user.role_sees_all_schools:
        return seen
    return seen & Q(**{f"{path}__in": own_schools(user)})


def own_schools(user: Any) -> list[int]:
    """Ids of the schools of somebody's posts, those of a trust among them; asked once for a user object."""
    if getattr(user, "own_schools", None) is None:
        posts = SchoolPost.objects.current().filter(user=user)
        trusts = posts.exclude(trust=None).values("trust_id")
        own = School.objects.filter(Q(pk__in=posts.values("school_id")) | Q(trust_id__in=trusts))
        user.own_schools = list(own.order_by().values_list("pk", flat=True))
    return cast("list[int]", user.own_schools)


class SchoolQuerySet(models.QuerySet["School"]):
    def visible_to(self, user: Any) -> "SchoolQuerySet":
        """The schools this person may see at all; conflicts of interest taken out."""
        return self.filter(schools_in_view(user, "pk"))


class School(models.Model):
    """One school under our own id; its URN changes when it converts, its LAESTAB often stays."""

    class Phase(models.TextChoices):
        NURSERY = "nursery", "Nursery"
        PRIMARY = "primary", "Primary"
        SECONDARY = "secondary", "Secondary"
        ALL_THROUGH = "all_through", "All-through"
        SPECIAL = "special", "Special"
        PRU = "pru", "Pupil referral unit"
        OTHER = "other", "Other"

    name = models.CharField(max_length=160)
    key = models.CharField(max_length=160, db_index=True)
    urn = models.CharField("URN", max_length=6, blank=True, db_index=True)  # the one in force today
    laestab = models.CharField("LA and establishment number", max_length=7, blank=True, db_index=True)
    phase = models.CharField(max_length=20, choices=Phase)
    kind = models.CharField(max_length=80, blank=True)  # type of establishment
    trust = models.ForeignKey(Trust, null=True, blank=True, on_delete=models.PROTECT, related_name="schools")
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    lowest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    highest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    head = models.CharField(max_length=120, blank=True)
    attendance_mapping = models.JSONField(null=True, blank=True)  # how this school's files are read
    expects_file_every_days = models.PositiveSmallIntegerField(
        default=7
    )  # school days without one: quiet feed

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(self.name)[:160]
        super().save(*args, **kwargs)


class SchoolUrn(Dated):
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="urns")
    urn = models.CharField(max_length=6, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "urn"], name="one_row_per_urn")]


class SchoolContact(models.Model):
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    post = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)


class LinkOfficer(Dated):
    """The named officer who is a school's point of contact."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="link_officers")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="link_schools"
    )


class SchoolPostQuerySet(models.QuerySet["SchoolPost"]):
    def current(self) -> "SchoolPostQuerySet":
        return self.filter(Dated.on(today()))


class SchoolPost(Dated):
    """Which school, or every school of which trust, a school user works for."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="school_posts")
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT)
    trust = models.ForeignKey(Trust, null=True, blank=True, on_delete=models.PROTECT)

    objects = SchoolPostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(school__isnull=False, trust__isnull=True)
                | Q(school__isnull=True, trust__isnull=False),
                name="school_post_school_or_trust",
            )
        ]


class TermDates(models.Model):
    """One stretch of school days, half-terms being two stretches: first to last day, weekdays only."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="terms")
    year = models.PositiveSmallIntegerField()  # academic year by the year it starts in
    name = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=models.F("last_day")), name="term_begins_before_it_ends"
            ),
            models.UniqueConstraint(fields=["school", "first_day"], name="one_term_per_first_day"),
        ]


class CalendarException(models.Model):
    """A day on which a school differs from its terms: INSET, closure, half day, or open on a Saturday."""

    class Kind(models.TextChoices):
        INSET = "inset", "INSET day"
        CLOSED = "closed", "Planned closure"
        UNPLANNED = "unplanned", "Unplanned closure"
        OPEN = "open", "Open by agreement"

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="exceptions")
    on = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind)
    am_open = models.BooleanField(default=False)
    pm_open = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["school", "on"], name="one_exception_per_day")]


def pupils_in_view(user: Any, path: str = "pupil") -> Q:
    """The condition "of a pupil this person may see", for rows that hang on one by ``path``."""
    if not user.may("see_pupils"):
        return Q(pk__in=[])
    schools, pupils = conflicts_of(user)
    seen = ~Q(**{f"{path}__in": pupils}) if pupils else EVERY
    if schools:
        near = Enrolment.objects.current().filter(school__in=schools)
        seen &= ~Q(**{f"{path}__in": near.values("pupil_id")})
    if not user.sees_all_schools:
        own = Enrolment.objects.filter(schools_in_view(user))
        seen &= Q(**{f"{path}__in": own.values("pupil_id")})
    return seen


class PupilQuerySet(models.QuerySet["Pupil"]):
    def visible_to(self, user: Any) -> "PupilQuerySet":
        """Pupils this person may see in lists: by school, without conflicts; restricted ones stay listed
        by initials and open only with a reason (``record.access``)."""
        return self.filter(pupils_in_view(user, "pk"), merged_into=None)

    def present_to(self, user: Any) -> "PupilQuerySet":
        """Those in view whose family and present circumstances this person may know: a school knows them
        only while the child is on its roll."""
        seen = self.visible_to(user)
        if user.sees_all_schools:
            return seen
        here = Enrolment.objects.current().filter(schools_in_view(user))
        return seen.filter(pk__in=here.values("pupil_id"))


class Pupil(models.Model):
    """A child on a roll. Dated facts (SEN, FSM, in care…) lie in ``PupilFact`` with their source."""

    upn = models.CharField("unique pupil number", max_length=13, blank=True, db_index=True)
    surname = models.CharField("legal surname", max_length=80)
    forename = models.CharField("legal forename", max_length=80)
    middle_names = models.CharField(max_length=120, blank=True)
    preferred_surname = models.CharField(max_length=80, blank=True)
    preferred_forename = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=180, db_index=True)  # folded "surname forename"
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    language = models.CharField(max_length=60, blank=True)
    restricted = models.BooleanField(default=False)
    restricted_reason = models.CharField(max_length=200, blank=True)
    # today's values, kept beside the dated facts so that lists need no join
    year_group = models.CharField(max_length=4, blank=True)
    reg_group = models.CharField(max_length=20, blank=True)
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="pupils")
    fsm = models.BooleanField("free school meals", default=False)
    sen = models.CharField(max_length=1, blank=True)  # "" none, K support, E EHC plan
    pupil_premium = models.BooleanField(default=False)
    in_care = models.BooleanField(default=False)
    social_worker = models.BooleanField(default=False)
    ethnicity = models.CharField(max_length=60, blank=True)
    # a second record of the same child: everything was moved to the other, and this one is out of view
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    objects = PupilQuerySet.as_manager()

    class Meta:
        ordering = ["key", "pk"]
        indexes = [models.Index(fields=["school", "key"])]

    def __str__(self) -> str:
        return f"pupil {self.pk}"  # never a name: this ends up in logs

    @property
    def name(self) -> str:
        return f"{self.preferred_forename or self.forename} {self.preferred_surname or self.surname}".strip()

    @property
    def legal_name(self) -> str:
        """As letters name the child."""
        return f"{self.forename} {self.surname}".strip()

    @property
    def initials(self) -> str:
        return "".join(part[:1] for part in (self.forename, self.surname))

    @property
    def listed_name(self) -> str:
        """As lists show it: surname first; initials where the record is restricted."""
        if self.restricted:
            return self.initials
        surname, forename = self.preferred_surname or self.surname, self.preferred_forename or self.forename
        return ", ".join(filter(None, (surname, forename)))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(f"{self.surname} {self.forename}")[:180]
        super().save(*args, **kwargs)


class FormerUpn(models.Model):
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="former_upns")
    upn = models.CharField(max_length=13, db_index=True)
    replaced_on = models.DateField(null=True, blank=True)


class PupilAlias(models.Model):
    """A spelling or date of birth that a person has accepted for a pupil, so that a file using it finds them."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="aliases")
    surname = models.CharField(max_length=80, blank=True)
    forename = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=180, db_index=True)  # folded "surname forename"
    date_of_birth = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120)
    learned_on = models.DateField()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(f"{self.surname} {self.forename}")[:180]
        super().save(*args, **kwargs)


class PupilFact(Dated):
    """One dated fact with where it came from: sen, fsm, pupil_premium, ethnicity, in_care, social_worker."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="facts")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=80)
    source = models.CharField(max_length=120)  # "CTF 25 from Invented Primary", "made-up city"
    learned_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["pupil", "name"])]


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def on(self, day: date) -> "EnrolmentQuerySet":
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gte=day), entered_on__lte=day)

    def current(self) -> "EnrolmentQuerySet":
        return self.on(today())


class Enrolment(models.Model):
    """A pupil on a school's roll: single, main or subsidiary."""

    class Status(models.TextChoices):
        SINGLE = "C", "Single"
        MAIN = "M", "Main (dual)"
        SUBSIDIARY = "S", "Subsidiary (dual)"

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="enrolments")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="enrolments")
    status = models.CharField(max_length=1, choices=Status, default=Status.SINGLE)
    entered_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    leaving_reason = models.CharField(max_length=120, blank=True)
    destination = models.CharField(max_length=160, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["entered_on"]
        indexes = [models.Index(fields=["school", "left_on"])]
        constraints = [
            models.UniqueConstraint(fields=["pupil", "school", "entered_on"], name="one_enrolment_per_entry"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=models.F("entered_on")),
                name="leaves_after_entering",
            ),
        ]


class Parent(models.Model):
    """A parent or carer in the sense of s.576; one row however many children."""

    title = models.CharField(max_length=20, blank=True)
    forename = models.CharField(max_length=80, blank=True)
    surname = models.CharField(max_length=80)
    key = models.CharField(max_length=180, db_index=True)
    date_of_birth = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=60, blank=True)
    interpreter = models.BooleanField(default=False)
    large_print = models.BooleanField(default=False)  # letters to them are printed large
    safe_contact = models.CharField(max_length=300, blank=True)  # who may be written to, how, when not
    # a second record of the same person: everything was moved to the other, and this one is out of view
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    def __str__(self) -> str:
        return f"parent {self.pk}"

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.title, self.forename, self.surname)))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = fold(f"{self.surname} {self.forename}")[:180]
        super().save(*args, **kwargs)


class Parenthood(Dated):
    """What one parent is to one child; liability is per parent per child."""

    class Basis(models.TextChoices):
        NATURAL = "natural", "Natural parent"
        RESPONSIBILITY = "responsibility", "Parental responsibility"
        CARE = "care", "Has care of the child"

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="parenthoods")
    parent = models.ForeignKey(Parent, on_delete=models.CASCADE, related_name="parenthoods")
    relationship = models.CharField(max_length=40, blank=True)
    basis = models.CharField(max_length=20, choices=Basis)
    basis_evidence = models.CharField(max_length=200, blank=True)
    parental_responsibility = models.BooleanField(null=True)
    lives_with = models.BooleanField(null=True)
    contact_allowed = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["priority"]
        constraints = [models.UniqueConstraint(fields=["pupil", "parent"], name="one_parenthood_each")]


def street_of(lines: str) -> str:
    """The folded street and what follows, without the number of the house or flat: "beech road southampton"."""
    words = fold(lines).split()
    first = next((n for n, word in enumerate(words) if word.isalpha() and word not in _PARTS), len(words))
    return " ".join(words[first:])[:120]


_PARTS = {"flat", "apartment", "unit", "room", "floor"}


class Address(Dated):
    """Where a pupil or a parent lives, from and to."""

    pupil = models.ForeignKey(
        Pupil, null=True, blank=True, on_delete=models.CASCADE, related_name="addresses"
    )
    parent = models.ForeignKey(
        Parent, null=True, blank=True, on_delete=models.CASCADE, related_name="addresses"
    )
    lines = models.CharField(max_length=300)
    postcode = models.CharField(max_length=8, blank=True, db_index=True)
    uprn = models.CharField(max_length=12, blank=True)
    confidential = models.BooleanField(default=False)
    # by which it is searched, filled by ``fill``
    key = models.CharField(max_length=302, blank=True)  # folded lines between two spaces
    street = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["street"], name="address_street_like", opclasses=["varchar_pattern_ops"])
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(pupil__isnull=False, parent__isnull=True)
                | Q(pupil__isnull=True, parent__isnull=False),
                name="address_of_pupil_or_parent",
            )
        ]

    def fill(self) -> "Address":
        """Work out what it is searched by; for rows written many at once."""
        self.key, self.street = f" {fold(self.lines)[:300]} ", street_of(self.lines)
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill()
        super().save(*args, **kwargs)


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def open(self) -> "ConflictQuerySet":
        return self.filter(ended_on__isnull=True)


class Conflict(models.Model):
    """A declared conflict of interest: nobody handles kin or their own child's school."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts")
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT)
    pupil = models.ForeignKey(Pupil, null=True, blank=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=300)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(school__isnull=False) | Q(pupil__isnull=False),
                name="conflict_about_school_or_pupil",
            )
        ]


class MergeCandidateQuerySet(models.QuerySet["MergeCandidate"]):
    def visible_to(self, user: Any) -> "MergeCandidateQuerySet":
        """Doubts of which both sides and the school are in this person's view."""
        if not user.may("merge_pupils"):
            return self.none()
        schools = School.objects.visible_to(user).order_by().values("pk")
        return self.filter(
            pupils_in_view(user, "kept"),
            Q(other=None) | pupils_in_view(user, "other"),
            Q(school=None) | Q(school__in=schools),
            kept__merged_into=None,
        )


class MergeCandidate(models.Model):
    """Two records that may be one person, or a row that fits no one pupil: a person decides."""

    class State(models.TextChoices):
        OPEN = "open", "To decide"
        SAME = "same", "Same person"
        DIFFERENT = "different", "Different people"

    kept = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Pupil, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    incoming = models.JSONField(null=True, blank=True)  # the row that could not be placed
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.CASCADE)
    why = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reasons = models.TextField(blank=True)

    objects = MergeCandidateQuerySet.as_manager()
