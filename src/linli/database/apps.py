from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "linli.database"
    label = "database"
