from mainstay.service.employment.models.applications import Permit, PermitChange, SchoolView
from mainstay.service.employment.models.bodies import Approval, Chaperone, Engagement
from mainstay.service.employment.models.licences import Licence, LicenceDay
from mainstay.service.employment.models.reports import Handover, Inspection, Report
from mainstay.service.employment.models.values import Draft, EmploymentValue

__all__ = [
    "Approval", "Chaperone", "Draft", "EmploymentValue", "Engagement", "Handover", "Inspection", "Licence", "LicenceDay",
    "Permit", "PermitChange", "Report", "SchoolView",
]  # fmt: skip
