from django.apps import AppConfig


class JobsConfig(AppConfig):
    """procrastinate finds `tasks` in every installed app by itself."""

    name = "linli.jobs"
    label = "jobs"
