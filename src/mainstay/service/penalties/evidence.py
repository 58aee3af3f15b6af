"""What is sent with a request: the lines of the code of conduct's list, and what is said about each."""

from mainstay.service.penalties.code import Code
from mainstay.service.penalties.models import NoticeRequest

LONGEST = 200  # letters of a line by which an answer is known


def asked(of_code: Code) -> list[str]:
    """The lines a school answers."""
    return [line[:LONGEST] for line in of_code["evidence"]]


def missing(request: NoticeRequest, of_code: Code) -> list[str]:
    """The lines of the code's list nothing is said about yet; officers know what they rely on."""
    if not request.from_school:
        return []
    said = set(request.evidence.values_list("what", flat=True))
    return [line for line in asked(of_code) if line not in said]
