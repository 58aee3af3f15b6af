"""On SQLite the read log lies in a file of its own."""

from typing import Any


class ReadLogRouter:
    """``RecordRead`` goes to "reads", everything else to "default"."""

    @staticmethod
    def _is_log(model: Any) -> bool:
        return bool(getattr(model._meta, "label_lower", "") == "record.recordread")

    def db_for_read(self, model: Any, **_: Any) -> str | None:
        return "reads" if self._is_log(model) else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **_: Any) -> bool:
        if db == "reads":
            return app_label == "record" and model_name in (None, "recordread")
        return not (app_label == "record" and model_name == "recordread")
