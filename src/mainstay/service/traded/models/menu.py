"""What a school can buy: the agreement's own list, and what the council changed of it."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import models


class ServiceCode(models.TextChoices):
    """One service of the menu; the label is its short name in lists and calendars."""

    EARLY_INTERVENTION = "early_intervention", "Early intervention meetings"
    CASEWORK = "casework", "Individual casework"
    HOME_VISIT = "home_visit", "Home visits"
    EARLY_HELP = "early_help", "Early help assessment"
    ATTENDANCE_CONTRACT = "attendance_contract", "Attendance contracts"
    AUDIT = "audit", "Attendance audit"
    INTERVENTION_DAY = "intervention_day", "Intervention day"
    GROUP_WORK = "group_work", "Group work with pupils"
    GROUP_ANALYSIS = "group_analysis", "Analysis of groups and codes"
    IMPACT_EVALUATION = "impact_evaluation", "Evaluation of impact"
    CONSISTENT_APPROACHES = "consistent_approaches", "Consistent approaches"
    TRANSITION = "transition", "Support of transitions"
    TRAINING = "training", "Attendance training"
    POLICY_REVIEW = "policy_review", "Attendance policy support"
    SAM_ASSEMBLY = "sam_assembly", "SAM attendance assembly (primary)"
    ASSEMBLY = "assembly", "Attendance assembly (secondary)"
    GATE = "gate", "SAM on the gate"
    SAFEGUARDING_TRAINING = "safeguarding_training", "Safeguarding training"
    BESPOKE = "bespoke", "Something else"


@dataclass(frozen=True, slots=True)
class Service:
    """One line of the menu. row: its row in the agreement's list of promises."""

    code: str
    title: str
    what: str
    row: int
    active: bool = True

    @property
    def bookable(self) -> bool:
        """Whether half-days are booked for it; something bespoke is asked for and quoted first."""
        return self.active and self.code != ServiceCode.BESPOKE


_C = ServiceCode
#: the words of the service level agreement 2024-25
MENU: Final = (
    Service(_C.EARLY_INTERVENTION, "Early intervention meetings in school",
            "The education welfare officer attends meetings with parents, carers, children and young people where "
            "absence is rising or attendance is lower than expected, to reduce barriers to attendance.", 28),
    Service(_C.CASEWORK, "Individual casework management",
            "Casework on absence that is not in the statutory process: advice, support, consultation and an action "
            "plan in line with the service’s process and procedures.", 29),
    Service(_C.HOME_VISIT, "Unannounced and home visits",
            "An officer visits where there is a non-attendance or safeguarding concern, or a young person has not "
            "attended for a long time.", 30),
    Service(_C.EARLY_HELP, "Early help assessment",
            "An officer completes an early help assessment with the family on behalf of the school.", 31),
    Service(_C.ATTENDANCE_CONTRACT, "Attendance (parenting) contracts",
            "An officer draws up the contract on behalf of the school, in consultation with the school.", 32),
    Service(_C.AUDIT, "Additional audits of attendance",
            "An audit outside the free termly targeting support meeting.", 33),
    Service(_C.INTERVENTION_DAY, "Intervention days",
            "One or more officers come for a morning, an afternoon or both and meet young people and their parents or "
            "carers with the school, before statutory intervention, to agree action plans and recommendations.", 34),
    Service(_C.GROUP_WORK, "Programme of group work with pupils",
            "Group work about poor attendance, to improve outcomes.", 35),
    Service(_C.GROUP_ANALYSIS, "Review of significant groups",
            "Attendance of groups such as SEND, free school meals, gender, ethnic minority and pupil premium, and a "
            "more in-depth analysis of codes to ensure that coding complies.", 36),
    Service(_C.IMPACT_EVALUATION, "Evaluation of attendance data on casework",
            "What non-statutory work changed in overall attendance.", 37),
    Service(_C.CONSISTENT_APPROACHES, "Consistent approaches within schools",
            "Attendance processes, policies, letters, penalty notices and leave of absence procedures.", 38),
    Service(_C.TRANSITION, "Support of transitions", "Support of pupils through phased transfers.", 39),
    Service(_C.TRAINING, "Attendance training",
            "For new staff, for governors (especially those new to the role) and for attendance officers, with best "
            "practice.", 40),
    Service(_C.POLICY_REVIEW, "Attendance policy support", "Support in completing the school’s attendance policy.",
            41),
    Service(_C.SAM_ASSEMBLY, "SAM attendance assemblies", "For the primary sector.", 42),
    Service(_C.ASSEMBLY, "Attendance assemblies", "For the secondary sector.", 42),
    Service(_C.GATE, "SAM on the gate", "To promote punctuality: late clinics and late gates.", 43),
    Service(_C.SAFEGUARDING_TRAINING, "Safeguarding training",
            "A bespoke offer for the whole school or for designated safeguarding leads, in line with the latest "
            "Keeping children safe in education.", 45),
    Service(_C.BESPOKE, "Something else",
            "Any other requirement that improves attendance and outcomes of young people. Ask the service manager, "
            "who answers with a quote.", 44),
)  # fmt: skip


class MenuChange(models.Model):
    """How the council worded one line of the menu, or that it took it off, from a day on. Never edited."""

    code = models.CharField(max_length=24, choices=ServiceCode)
    title = models.CharField(max_length=120)
    what = models.TextField()
    active = models.BooleanField(default=True)
    since = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["code", "-since", "-pk"]
