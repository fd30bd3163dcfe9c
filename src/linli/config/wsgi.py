import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
application = get_wsgi_application()
if settings.ENV.secure_origin:  # a proxy on this machine says who asks, and that it was by https
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts="127.0.0.1")
gc.collect()
gc.freeze()  # what was loaded stays: walking through it at every collection is for nothing
