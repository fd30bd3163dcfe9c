"""Under /<county>/: the home of a county, its cases, their map and figures."""

from django.urls import path

from linli.web import shell
from linli.web.incidents import (
    bulk,
    calls,
    case,
    contact,
    exporting,
    figures,
    home,
    listing,
    maps,
    reporting,
    saved_views,
    steps,
    uploads,
)

app_name = "incidents"
urlpatterns = [
    path("", home.home, name="home"),
    path("counts", shell.counts, name="counts"),
    path("map", maps.map_page, name="map"),
    path("map/points.geojson", maps.points, name="points"),
    path("map/areas.geojson", maps.areas, name="areas"),
    path("map/find", maps.find_area, name="find_area"),
    path("figures", figures.figures_page, name="figures"),
    path("incidents", saved_views.cases, name="list"),
    path("incidents/units", listing.units, name="units"),
    path("incidents/new", reporting.new, name="new"),
    path("incidents/export.xlsx", exporting.xlsx, name="export"),
    path("incidents/bulk", bulk.dispatch, name="bulk"),
    path("incidents/files/<uuid:key>", uploads.attachment, name="file"),
    path("incidents/files/<uuid:key>/<slug:size>", uploads.attachment, name="thumbnail"),
    path("incidents/<slug:number>", case.case, name="case"),
    path("incidents/<slug:number>/calls", calls.calls, name="calls"),
    path("incidents/<slug:number>/calls/<uuid:call_id>", calls.call_made, name="call_made"),
    path("incidents/<slug:number>/contact", contact.contact, name="contact"),
    path("incidents/<slug:number>/place.geojson", maps.case_points, name="case_points"),
    path("incidents/<slug:number>/steps/<slug:key>", steps.step, name="step"),
]
