import pytest


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path_factory) -> None:
    """Error pages are rendered without collected static files."""
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp()
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
