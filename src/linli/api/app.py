"""The API's composition. Its description and the page about it need nothing from outside."""

from ninja import NinjaAPI

from linli import __version__
from linli.api import description, problems
from linli.api.requests import authenticated
from linli.api.staff import (
    attachments,
    duty,
    emergencies,
    processes,
    references,
    territory,
    work,
    writing,
)

api = NinjaAPI(
    title="Linli",
    version=__version__,
    description="Incidents, their steps and attachments. The county is in the path.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    auth=authenticated,
)
problems.install(api)
description.describe(api)
api.add_router("", description.router)
api.add_router("/{county}/incidents", writing.router)
api.add_router("/{county}/attachments", attachments.router)
api.add_router("/{county}", references.router)
api.add_router("/{county}", processes.router)
api.add_router("/{county}/duty", duty.router)
api.add_router("/{county}/emergencies", emergencies.router)
api.add_router("/{county}/territory", territory.router)
api.add_router("/{county}", work.router)
