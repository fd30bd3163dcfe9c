"""Under /<county>/: emergencies, the page of one, what may be done about it, its reports."""

from django.urls import path

from linli.web import banner
from linli.web.emergencies import acts, board, reports, status

app_name = "emergencies"
AT = "incidents/<slug:number>/emergency"
urlpatterns = [
    path("emergencies", board.emergencies, name="list"),
    path("emergencies/waiting", banner.waiting, name="waiting"),
    path(AT, status.emergency, name="emergency"),
    path(f"{AT}/raise", acts.raise_, name="raise"),
    path(f"{AT}/take", acts.take, name="take"),
    path(f"{AT}/dispatch", acts.dispatch, name="dispatch"),
    path(f"{AT}/record", acts.record, name="record"),
    path(f"{AT}/end", acts.end, name="end"),
    path(f"{AT}/reports/new", reports.write, name="report_new"),
    path(f"{AT}/reports/<uuid:report_id>", reports.report, name="report"),
    path(f"{AT}/reports/<uuid:report_id>.txt", reports.text, name="report_text"),
]
