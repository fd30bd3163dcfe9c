"""A county that has published a process of its own."""

from importlib.resources import files
from typing import Any

import yaml
from django.utils import timezone

from linli.casework import definitions
from linli.casework.models import ProcessVersion
from linli.processes import load
from linli.processes.reading import read

SHIPPED = files("linli.incidents") / "processes" / "incident.yaml"


def shipped() -> dict[str, Any]:
    """The shipped process as a document that a test may change."""
    return read(SHIPPED.read_text(encoding="utf-8"))


def routing_rule(key: str, **parts: Any) -> dict[str, Any]:
    return {"key": key, "label": {"zh": f"规则{key}", "en": f"rule {key}"}, **parts}


def published(document: dict[str, Any]) -> int:
    """Publish a document in the current county as its newest version."""
    version = ProcessVersion.objects.count() + 1
    text = yaml.safe_dump(document | {"version": version}, allow_unicode=True, sort_keys=False)
    load(text)
    ProcessVersion.objects.create(
        process="incident", version=version, document=text, published_at=timezone.now()
    )
    definitions.forget()
    return version


def published_rules(*rules: dict[str, Any]) -> int:
    """The shipped process with these routing rules before its own."""
    document = shipped()
    return published(document | {"routing": [*rules, *document["routing"]]})
