"""The list as an xlsx file, written to a temporary file and sent from there."""

import tempfile

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.access.permissions import Permission
from linli.incidents import export
from linli.lib.spreadsheets import write_xlsx
from linli.web.http import StaffRequest, page
from linli.web.incidents.filter_form import FilterForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Permission.INCIDENT_EXPORT)
def xlsx(request: StaffRequest) -> FileResponse | HttpResponse:
    form = FilterForm(request.GET)
    if not form.is_valid():  # without what cannot be read it would be another list
        address = reverse("incidents:list", args=[request.county.code])
        return HttpResponseRedirect(f"{address}?{request.GET.urlencode()}")
    wanted = form.chosen()
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    write_xlsx(
        file,
        title=_("Cases"),
        columns=export.columns(),
        rows=export.rows(request.actor, wanted),
        time_zone=timezone.get_current_timezone(),
    )
    file.seek(0)
    day = timezone.localdate().isoformat()
    name = f"{request.county.code}-{day}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
