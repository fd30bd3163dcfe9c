from django.apps import AppConfig
from django.conf import settings

from linli.lib import keyring


class AccountsConfig(AppConfig):
    name = "linli.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Second factors are sealed with a key of their own."""
        path = settings.ENV.home / "secrets" / "keyring.json"
        keyring.ensure(path, ["mfa"])
        keyring.install(path)
