from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "linli.incidents"
    label = "incidents"
