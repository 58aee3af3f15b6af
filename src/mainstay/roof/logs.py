"""Logs: one line an event, with the request's id, and without what people typed or who it was about.

An exception is logged by its type and the places it passed, never by its message: messages repeat values.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]


def places(_: Any, __: str, event: Event) -> Event:
    """Turn ``exc_info`` into the exception's type and the lines it passed, innermost last."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0] is not None:
        event["exception"] = f"{info[0].__module__}.{info[0].__qualname__}"
        event["at"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(info[2])[-12:]]
    return event


def configure(level: str, *, as_json: bool) -> None:
    """Send Python's and structlog's loggers through one handler to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        places,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.set_name("mainstay")
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if h.get_name() != "mainstay"] + [handler]
    root.setLevel(level)
    for name, least in (
        ("django.request", "ERROR"),
        ("django.db.backends", "WARNING"),
        ("gunicorn.access", "ERROR"),
    ):
        logging.getLogger(name).setLevel(least)
    for name in ("numba", "fontTools", "asyncio", "PIL", "pikepdf"):
        logging.getLogger(name).setLevel("WARNING")
