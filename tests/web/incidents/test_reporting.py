"""The report form: checked at its fields, compared with what is known, recorded once."""

import io
import json
import re
import uuid

import pytest
from PIL import Image

from linli.accounts.enums import Role
from linli.attachments.models import Attachment
from linli.database.context import county_context
from linli.incidents.lines import named
from linli.incidents.models import Incident, IncidentPlace, ReporterContact
from linli.territory import snapshots
from linli.territory.models import Area, AreaVersion, Level
from linli.web.incidents.files import FILES_AT_ONCE
from tests.conftest import A
from tests.factories.people import BEGINNING
from tests.web.incidents.conftest import INSIDE, url


@pytest.fixture(autouse=True)
def home(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(settings.ENV, "home", tmp_path)


@pytest.fixture
def operator(site):
    return site.staff("township_operator")


@pytest.fixture
def browser(site, operator):
    return site.client(operator)


def _given(site, **more):
    return {
        "key": uuid.uuid4().hex,
        "text": "村口水管破裂，水流到路面",
        "category": site.category(),
        "source": "call",
        "area": str(site.small.grid.pk),
        **more,
    }


def _incidents() -> list[Incident]:
    with county_context(A):
        return list(Incident.objects.order_by("opened_at"))


def _photo(name: str = "现场.jpg") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (320, 240), "green").save(file, "jpeg")
    file.seek(0)
    file.name = name
    return file


def test_a_report_leads_to_its_case(site, browser):
    answer = browser.post(url("new"), _given(site, place_text="大青树旁", severity="major"))
    (made,) = _incidents()
    assert (answer.status_code, answer["Location"]) == (302, url("case", made.number))
    assert (made.severity, made.place_text, made.area_id) == (
        *("major", "大青树旁"),
        site.small.grid.pk,
    )


def test_a_pin_finds_the_grid(site, browser):
    browser.post(url("new"), _given(site, area="", lon=str(INSIDE[0]), lat=str(INSIDE[1])))
    (made,) = _incidents()
    assert (made.area_id, made.place_quality) == (site.small.grid.pk, "pinned")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "长" * 4001}, "text"),
        ({"category": "x"}, "category"),
        ({"category": ""}, "category"),
        ({"source": "rumour"}, "source"),
        ({"severity": "huge"}, "severity"),
        ({"area": ""}, "area"),
        ({"area": str(uuid.uuid4())}, "area"),
        ({"contact_name": "某人"}, "contact_phone"),
        ({"contact_phone": "1" * 121}, "contact_phone"),
        ({"place_text": "远" * 201}, "place_text"),
    ],
)
def test_a_fault_is_said_at_its_field_and_nothing_is_kept(site, browser, change, field):
    answer = browser.post(url("new"), _given(site, title="留着的标题", **change))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text
    anchor = "place-search" if field == "area" else f"id_{field}"  # to what can be mended
    assert f'href="#{anchor}' in text
    assert f'id="{anchor}' in text
    assert "留着的标题" in text
    assert _incidents() == []


@pytest.mark.parametrize("point", [("200", "10"), ("0", "0"), ("x", "y"), ("nan", "nan")])
def test_a_point_in_the_sea_or_nowhere_is_explained(site, browser, point):
    answer = browser.post(url("new"), _given(site, area="", lon=point[0], lat=point[1]))
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert _incidents() == []


def test_a_form_that_comes_back_says_the_place_that_was_chosen(site, browser):
    further = str(site.small.village.pk)
    answer = browser.post(url("new"), _given(site, text="", further=[further]))
    page = answer.content.decode()
    with county_context(A):
        path = snapshots.snapshot().path(site.small.grid.pk)
    assert f'role="status">{" / ".join(named(one) for one in path[1:])}</p>' in page
    assert f'name="further" value="{further}"' in page
    point = _given(site, text="", area="", lon="102.5", lat="25.6")
    assert 'role="status">102.5, 25.6</p>' in browser.post(url("new"), point).content.decode()


def test_a_caller_is_asked_for_a_contact_at_once(site, browser):
    contact = re.compile(r'<details class="disclosure" data-no-draft( open)?>')
    (opened,) = contact.findall(browser.get(url("new")).content.decode())
    assert opened == " open"
    (opened,) = contact.findall(site.browser("worker").get(url("new")).content.decode())
    assert opened == ""


def test_sending_twice_is_one_report(site, browser):
    given = _given(site)
    first, second = browser.post(url("new"), given), browser.post(url("new"), given)
    assert second.status_code == 302
    assert first["Location"] == second["Location"]
    assert len(_incidents()) == 1


def test_another_content_under_the_same_key_is_asked_about(site, browser):
    given = _given(site)
    browser.post(url("new"), given)
    other = browser.post(url("new"), given | {"text": "另一件事：路灯不亮"})
    assert other.status_code == 409
    assert "另一件事：路灯不亮" in other.content.decode()
    assert given["key"] not in other.content.decode()
    assert len(_incidents()) == 1


def test_what_is_known_already_is_offered_first(site, browser, operator):
    known = site.report(by=operator, text="村口的水管破裂了，水漫到路面上")
    given = _given(site)
    offered = browser.post(url("new"), given)
    assert offered.status_code == 422
    assert url("case", known.number) in offered.content.decode()
    assert 'name="seen"' in offered.content.decode()
    assert browser.post(url("new"), given | {"seen": "1"}).status_code == 302
    assert len(_incidents()) == 2


def test_another_matter_at_the_same_place_is_not_offered(site, browser, operator):
    site.report(by=operator, text="有人占道摆摊卖菜，堵了街子")
    assert browser.post(url("new"), _given(site)).status_code == 302


def test_a_photo_comes_with_the_report_and_is_seen_by_who_sees_the_case(site, browser):
    browser.post(url("new"), _given(site, files=[_photo()]))
    (made,) = _incidents()
    with county_context(A):
        file = Attachment.objects.get()
    assert (file.subject_id, file.file_name) == (made.pk, "现场.jpg")
    page = browser.get(url("case", made.number)).content.decode()
    assert url("file", str(file.pk)) in page
    shown = browser.get(url("file", str(file.pk)))
    assert shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"
    assert browser.get(url("thumbnail", str(file.pk), "small")).status_code == 200
    stranger = site.browser("handler")
    assert stranger.get(url("file", str(file.pk))).status_code == 404


def test_a_file_that_is_none_of_these_is_refused_at_its_field(site, browser):
    bad = io.BytesIO(b"MZ\x90\x00 not a photo")
    bad.name = "photo.jpg"
    answer = browser.post(url("new"), _given(site, files=[bad]))
    assert answer.status_code == 422
    assert 'id="id_files_error"' in answer.content.decode()
    assert len(answer.context["form"].errors["files"]) == 1
    assert _incidents() == []


def test_a_bad_file_is_said_also_where_the_form_comes_back_for_something_else(
    site, browser, operator
):
    """Sent again, it is missing: whoever sends has to know."""
    site.report(by=operator, text="村口水管破裂")
    bad = io.BytesIO(b"MZ\x90\x00 not a photo")
    bad.name = "photo.jpg"
    given = _given(site, files=[bad])
    offered = browser.post(url("new"), given).content.decode()
    assert 'name="seen"' in offered
    assert offered.count('id="id_files_error"') == 1
    assert offered.count("photo.jpg: This kind of file is not accepted") == 2  # summary and field


def test_more_files_than_go_together_are_refused_and_the_first_are_kept(site, browser):
    files = [_photo() for _ in range(FILES_AT_ONCE + 1)]
    given = _given(site)
    page = browser.post(url("new"), given | {"files": files}).content.decode()
    assert "9 files at most" in page
    ids = kept(page, "files")
    assert len(ids) == FILES_AT_ONCE
    assert browser.post(url("new"), given | {"files_kept": ids}).status_code == 302


def kept(page: str, name: str) -> list[str]:
    """The ids of the files that a form which came back has already."""
    return re.findall(rf'name="{name}_kept" value="([0-9a-f-]+)" checked', page)


def test_a_form_that_comes_back_still_has_its_photos(site, browser):
    bad = io.BytesIO(b"MZ\x90\x00 not a photo")
    bad.name = "photo.jpg"
    given = _given(site)
    answer = browser.post(url("new"), given | {"text": "", "files": [_photo(), bad]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "现场.jpg" in page
    ids = kept(page, "files")
    assert len(ids) == 1, "the good one of the two"
    again = browser.post(url("new"), given | {"text": "", "files_kept": ids}).content.decode()
    assert kept(again, "files") == ids
    assert browser.post(url("new"), given | {"files_kept": ids}).status_code == 302
    with county_context(A):
        file = Attachment.objects.get()
    assert (str(file.pk), file.subject_id) == (ids[0], _incidents()[0].pk)


def test_a_form_sent_before_with_another_content_still_has_its_photo(site, browser):
    given = _given(site)
    assert browser.post(url("new"), given).status_code == 302
    other = browser.post(url("new"), given | {"text": "另一件事", "files": [_photo()]})
    assert other.status_code == 409
    assert len(kept(other.content.decode(), "files")) == 1


def test_a_photo_of_somebody_else_goes_along_with_no_report(site, browser):
    page = browser.post(url("new"), _given(site, text="", files=[_photo()])).content.decode()
    ids = kept(page, "files")
    theirs = site.browser("township_operator")
    given = _given(site)
    for one in (ids, [str(uuid.uuid4())]):
        answer = theirs.post(url("new"), given | {"files_kept": one})
        assert answer.status_code == 422
        assert "belongs elsewhere" in answer.content.decode()
        assert kept(answer.content.decode(), "files") == []
    assert theirs.post(url("new"), given | {"files_kept": ["x"]}).status_code == 302
    with county_context(A):
        assert set(Attachment.objects.values_list("subject_kind", flat=True)) == {"waiting"}


def test_a_result_that_comes_back_still_has_its_photo(site):
    handler = site.staff("handler")
    incident = site.report()
    operator = site.staff("township_operator")
    site.step(incident, "accept", operator)
    site.step(incident, "dispatch", operator, unit=str(site.small.water.pk))
    site.step(incident, "sign_for", handler)
    browser, path = site.client(handler), url("step", incident.number, "hand_in")
    with county_context(A):
        version = Incident.objects.get().version
    answer = browser.post(path, {"version": version, "result": "", "evidence": [_photo()]})
    assert answer.status_code == 422
    ids = kept(answer.content.decode(), "evidence")
    assert len(ids) == 1
    done = browser.post(path, {"version": version, "result": "已修好", "evidence_kept": ids})
    assert done.status_code == 302
    with county_context(A):
        assert str(Attachment.objects.get().subject_id) == str(incident.pk)


def test_a_contact_is_sealed_beside_the_case(site, browser):
    browser.post(url("new"), _given(site, contact_name="某人", contact_phone="13800000000"))
    (made,) = _incidents()
    with county_context(A):
        assert ReporterContact.objects.get().incident_id == made.pk
    assert "13800000000" not in browser.get(url("case", made.number)).content.decode()


def test_a_matter_of_several_places_keeps_them(site, browser):
    several = site.category("0103")
    village = str(site.small.village.pk)
    browser.post(url("new"), _given(site, category=several, further=[village, "x"]))
    (made,) = _incidents()
    with county_context(A):
        assert [p.area_id for p in IncidentPlace.objects.all()] == [site.small.village.pk]
    assert "Further places" in browser.get(url("case", made.number)).content.decode()


def test_settling_on_the_spot_follows_at_once(site, browser):
    answer = browser.post(url("new"), _given(site, do="settle"))
    (made,) = _incidents()
    assert answer["Location"] == url("step", made.number, "settle")
    form = browser.get(answer["Location"]).content.decode()
    assert 'name="result"' in form


@pytest.mark.parametrize("typed", ["甲甸", "第一网格", "530128101201001"])
def test_a_grid_is_found_by_its_name(site, browser, typed):
    answer = browser.get(url("find_area"), {"find": typed}).content.decode()
    assert str(site.small.grid.pk) in answer
    assert "茂山镇 / 甲甸村 / 甲甸第一网格" in answer


def test_areas_of_ones_own_scope_are_found_first(site, browser):
    small = site.small
    with county_context(A):
        second = Area.objects.create(
            layer=small.layer, level=Level.GRID, code="530128101201002", name="甲甸第二网格",
            parent=small.village, valid_from=BEGINNING,
            township_id=small.township.pk, village_id=small.village.pk,
        )  # fmt: skip
        AreaVersion.objects.create(
            area=second, parent=second.parent, name=second.name, valid_from=BEGINNING
        )
        worker = small.staff(Role.GRID_WORKER, area=second)
    snapshots.forget()

    def grids(who) -> list[str]:
        answer = who.get(url("find_area"), {"find": "甲甸"}).content.decode()
        known = {str(small.grid.pk), str(second.pk)}
        return [one for one in re.findall(r'data-area="([^"]+)"', answer) if one in known]

    assert grids(browser) == [str(small.grid.pk), str(second.pk)]
    assert grids(site.client(worker)) == [str(second.pk), str(small.grid.pk)]


def test_a_name_that_is_none_is_said(site, browser):
    assert (
        "No area of this name" in browser.get(url("find_area"), {"find": "巴黎"}).content.decode()
    )
    assert browser.get(url("find_area")).content.decode().strip() == ""


def test_points_and_outlines_are_geojson(site, browser, operator):
    pinned = _given(site, area="", lon=str(INSIDE[0]), lat=str(INSIDE[1]))
    browser.post(url("new"), pinned)
    site.report(by=operator, text="按网格定位的事件")
    points = json.loads(browser.get(url("points")).content)
    assert [f["geometry"]["type"] for f in points["features"]] == ["Point", "Point"]
    assert [*INSIDE] in [f["geometry"]["coordinates"] for f in points["features"]]
    areas = json.loads(browser.get(url("areas")).content)
    assert [f["properties"]["name"] for f in areas["features"]] == ["茂山镇"]


def test_figures_count_what_was_reported(site, operator):
    for _ in range(3):
        site.report(by=operator)
    whole = site.browser("dispatcher").get(url("figures")).content.decode()
    assert "茂山镇" in whole
    own = site.client(operator).get(url("figures")).content.decode()
    assert "about your own area" in own
    assert "By township" not in own
    assert "No cases in this period" in site.browser("handler").get(url("figures")).content.decode()
