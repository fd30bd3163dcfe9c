"""Under /<county>/territory: map and tree, check, points, editions, imports."""

from django.urls import path

from linli.web.territory import areas, checking, divisions, home, maps, points

app_name = "territory"
urlpatterns = [
    path("territory", home.home, name="home"),
    path("territory/search", home.found, name="search"),
    path("territory/branches/<uuid:area_id>", home.branches, name="branches"),
    path("territory/card/<uuid:area_id>", home.card, name="card"),
    path("territory/areas.geojson", maps.areas, name="areas_geojson"),
    path("territory/flaws.geojson", maps.flaws, name="flaws_geojson"),
    path("territory/outline/<uuid:area_id>.geojson", maps.outline, name="outline"),
    path("territory/check", checking.check, name="check"),
    path("territory/point", points.point, name="point"),
    path("territory/divisions", divisions.new, name="divisions"),
    path("territory/divisions/<uuid:upload_id>", divisions.review, name="review_divisions"),
    path("territory/areas", areas.new, name="areas"),
    path("territory/areas/<uuid:upload_id>", areas.review, name="review_areas"),
]
