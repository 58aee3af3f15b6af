"""What the rooms tell each other about work with children and schools."""

from mainstay.service.common.announce import Announcement

#: service: a short key ("case", "fast_track", "purchased", "training"); pupil: Pupil or None; school: School or None;
#: about: the thing that ended, a model; by, at. People may then be asked how it was
intervention_ended = Announcement("a piece of work ended: service, pupil, school, about, by, at")
