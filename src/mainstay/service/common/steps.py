"""Step tables: from, to, permission, blockers. Pages draw buttons and "before you can…" from them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class StepRefused(Exception):
    """The step is not open to this person, or not yet. The text is shown to them."""


Blocker = Callable[[Any], str | None]  # words saying what is missing, or None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure."""

    name: str
    label: str  # on the button
    sources: frozenset[str]
    target: str
    permission: str
    blockers: tuple[Blocker, ...] = ()

    def missing(self, subject: Any) -> list[str]:
        """Everything that stands in the way, in words."""
        return [words for blocker in self.blockers if (words := blocker(subject))]


def missing_of(steps: Iterable[Step], subject: Any) -> dict[str, list[str]]:
    """Step -> everything that stands in its way; what several steps ask is asked once."""
    steps = list(steps)
    asked = {blocker: blocker(subject) for blocker in {each for step in steps for each in step.blockers}}
    return {step.name: [words for blocker in step.blockers if (words := asked[blocker])] for step in steps}


class Steps(Mapping[str, Step]):
    """A procedure's table, keyed by step name."""

    def __init__(self, procedure: str, *steps: Step) -> None:
        self.procedure = procedure
        self._steps = {step.name: step for step in steps}

    def __getitem__(self, name: str) -> Step:
        return self._steps[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    def open_to(self, user: Any, state: str) -> list[Step]:
        """The steps this person may take from that state, blocked ones included."""
        return [s for s in self._steps.values() if state in s.sources and user.may(s.permission)]

    def check(self, name: str, subject: Any, by: Any) -> str:
        """The state the step leads to; StepRefused says why not."""
        step = self._steps[name]
        if subject.state not in step.sources:
            raise StepRefused(f"You cannot {step.label.lower()}: this {self.procedure} is {subject.state}.")
        if not by.may(step.permission):
            raise StepRefused(f"Your role cannot {step.label.lower()}.")
        if missing := step.missing(subject):
            raise StepRefused(" ".join(missing))
        return step.target

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, compared with the docs in the checks."""
        lines = [
            f"    {source or '[*]'} --> {step.target}: {step.label}"
            for step in self._steps.values()
            for source in sorted(step.sources)
        ]
        return "stateDiagram-v2\n" + "\n".join(lines) + "\n"
