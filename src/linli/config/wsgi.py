import gc
import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import ResolverMatch
from granian.utils.proxies import wrap_wsgi_with_proxy_headers


class Handler(WSGIHandler):
    """Takes the view that the county's middleware has found already."""

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        return request.resolver_match or super().resolve_request(request)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
django.setup(set_prefix=False)
application = Handler()
if settings.ENV.secure_origin:  # a proxy on this machine says who asks, and that it was by https
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts="127.0.0.1")
gc.collect()
gc.freeze()  # what was loaded stays: walking through it at every collection is for nothing
