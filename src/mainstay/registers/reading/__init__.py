"""Reading of register files of every layout: what may be taken, and everything refused with its place.

``read`` never raises for what a file holds: a file that cannot be taken comes back with ``stopped_because``.
"""

from mainstay.registers.reading.mapping import Mapping, MappingError
from mainstay.registers.reading.options import Options
from mainstay.registers.reading.preview import Preview, preview
from mainstay.registers.reading.read import inputs, read

__all__ = ["Mapping", "MappingError", "Options", "Preview", "inputs", "preview", "read"]
