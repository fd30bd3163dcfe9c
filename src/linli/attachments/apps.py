from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "linli.attachments"
    label = "attachments"
