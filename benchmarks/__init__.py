"""Benchmarks, each one command. Contenders run in fresh processes: these keep what was compiled, whatever the
environment says, or starting up would take longer than the work.
"""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
