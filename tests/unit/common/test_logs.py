"""A log line tells what failed and where, and never what was typed."""

import io
import json
import logging

import structlog

from mainstay.roof import logs


def logged(fail: bool, foreign: bool) -> dict[str, object]:
    root, out = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    try:
        logs.configure("INFO", as_json=True)
        handler = next(h for h in root.handlers if h.get_name() == "mainstay")
        handler.setStream(out)  # type: ignore[attr-defined]
        log = logging.getLogger("test.foreign") if foreign else structlog.get_logger("test.own")
        try:
            if fail:
                raise ValueError("Wanda Winterbottom was typed")
        except ValueError:
            log.exception("it_failed")
        else:
            log.info("it_worked")
    finally:
        root.handlers, root.level = handlers, level
        logs.configure("WARNING", as_json=False)
        root.handlers = handlers
    line: dict[str, object] = json.loads(out.getvalue())
    return line


def test_an_exception_is_logged_by_type_and_place_without_its_message() -> None:
    for foreign in (False, True):
        line = logged(fail=True, foreign=foreign)
        assert line["exception"] == "builtins.ValueError"
        assert "test_logs.py" in str(line["at"])
        assert "Winterbottom" not in str(line)


def test_every_line_names_its_logger_level_and_instant() -> None:
    line = logged(fail=False, foreign=False)
    assert (line["event"], line["level"], line["logger"]) == ("it_worked", "info", "test.own")
    assert str(line["timestamp"]).endswith("Z")
