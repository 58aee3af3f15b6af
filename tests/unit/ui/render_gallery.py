"""Write the gallery and the error pages as files: ``python -m tests.unit.ui.render_gallery FOLDER``."""

import shutil
import sys
from pathlib import Path

import django
from django.conf import settings

SERVICE = Path(__file__).resolve().parents[3] / "src" / "mainstay" / "service"


def main(folder: str) -> None:
    settings.configure(
        DEBUG=False,
        USE_TZ=True,
        TIME_ZONE="Europe/London",
        USE_I18N=False,
        STATIC_URL="static/",
        INSTALLED_APPS=["django.forms"],
        FORM_RENDERER="mainstay.service.common.ui.forms.GovukRenderer",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [SERVICE / "common" / "templates"],
                "OPTIONS": {"environment": "mainstay.service.common.ui.jinja.environment"},
            }
        ],
    )
    django.setup()
    from django.template.loader import render_to_string
    from tests.unit.ui.gallery import context

    out = Path(folder)
    shutil.copytree(SERVICE / "common" / "static", out / "static", dirs_exist_ok=True)
    pages = {"gallery": "ui/gallery.jinja"} | {
        n: f"errors/{n}.jinja" for n in ("400", "403", "404", "500", "csrf")
    }
    for name, template in pages.items():
        text = render_to_string(template, context() if name == "gallery" else {})
        (out / f"{name}.html").write_text(text.replace('"/static/', '"static/'), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
