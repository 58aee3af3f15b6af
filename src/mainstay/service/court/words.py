"""Words of the law that print in evidence; each is shown with "confirm with legal" where it was recalled."""

from typing import Final

#: Criminal Justice Act 1967 s.9(2)(b) and Criminal Procedure Rules Part 16, recalled
DECLARATION: Final = (
    "This statement is true to the best of my knowledge and belief and I make it knowing that, if it is tendered in "
    "evidence, I shall be liable to prosecution if I have wilfully stated in it anything which I know to be false, or do "
    "not believe to be true."
)
#: what the head teacher ticks
CERTIFIED: Final = (
    "I have looked at these figures. They are a true extract of my school’s attendance register."
)
#: how a file of another kind becomes one that can be taken
AS_PDF: Final = (
    "Open it in the program it was made with, choose “Save as” or “Print”, and choose PDF. Then send the PDF."
)
