"""The pages' own files work under hashed names, as they are served in production."""

import json

from django.core.management import call_command
from django.test import override_settings

HASHED = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
}


def test_every_address_in_a_style_sheet_resolves_when_names_are_hashed(tmp_path) -> None:
    with override_settings(STORAGES=HASHED, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert {"vendor/icons.svg", "linli/css/tokens.css", "linli/js/map.js"} <= paths.keys()
