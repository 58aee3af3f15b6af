"""Words that are said or given to a parent, and must be the same everywhere."""

from typing import Final

#: enclosed with each invitation; without it there is no meeting under caution
#: Police and Criminal Evidence Act 1984, Code C; recalled, not read again: assumed until legal services confirm it
CAUTION: Final = (
    "You do not have to say anything. But it may harm your defence if you do not mention when questioned something "
    "which you later rely on in Court. Anything you do say may be given in evidence."
)
CAUTION_SOURCE: Final = "Code C to the Police and Criminal Evidence Act 1984, paragraph 10.5"
#: as the service itself reads it
CAUTION_ASSUMED: Final = f"{CAUTION_SOURCE} (assumed: confirm with legal)"
