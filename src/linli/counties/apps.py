from django.apps import AppConfig
from django.conf import settings

from linli.lib import keyring


class CountiesConfig(AppConfig):
    name = "linli.counties"
    label = "counties"

    def ready(self) -> None:
        """Choose this installation's keys: they lie beside the database, never inside it."""
        path = settings.ENV.home / "secrets" / "keyring.json"
        keyring.ensure(path, ["contact", "backup"])
        keyring.install(path)
