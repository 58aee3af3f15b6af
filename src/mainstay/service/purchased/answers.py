"""The answers to a line of a policy checklist, in words."""

from typing import Final

ANSWERS: Final = {"yes": "In the policy", "partly": "In part", "no": "Missing"}
