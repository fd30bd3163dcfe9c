"""Text that is made for a request leaves packed: a village's phone waits for every kilobyte.

Pictures, spreadsheets and stored files are dense already, and files answer ranges: they stay as
they are, and so does what fits into one packet anyhow. Static files were packed when they were
collected. Why pages with secrets may be packed: docs/adr/0012.
"""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

LEAST = 1_000  # bytes
TEXTS = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/problem+json",
    "application/yaml",
)


class CompressionMiddleware(GZipMiddleware):
    """Django's, for texts alone; it varies the length, so that none betrays what is inside."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not isinstance(response, HttpResponse) or len(response.content) < LEAST:
            return response
        if not response.headers.get("Content-Type", "").startswith(TEXTS):
            return response
        return super().process_response(request, response)
