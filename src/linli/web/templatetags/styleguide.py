"""Believable content for the living style page, with real lengths of text."""

from datetime import datetime, timedelta

from django import forms, template
from django.template.context import Context
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.web.templatetags import samples

register = template.Library()


class SampleForm(forms.Form):
    """Every kind of field."""

    what = forms.CharField(
        label="发生了什么",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写清时间、地点、人数和已经采取的措施。",
    )
    category = forms.ChoiceField(label="类别", choices=samples.CATEGORIES)
    place = forms.CharField(label="地点", help_text="村名、路名或门牌号，也可以在地图上点。")
    phone = forms.RegexField(r"^\d{11}$", label="联系电话", required=False)
    source = forms.ChoiceField(label="来源", choices=samples.SOURCES, widget=forms.RadioSelect)
    photos = forms.FileField(
        label="照片", required=False, help_text="最多 9 张，每张不超过 20 MB。"
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    urgent = forms.BooleanField(label="有人受伤或正处于危险中", required=False)


class SampleFilter(forms.Form):
    says_optional = False

    words = forms.CharField(label="关键词", required=True)
    state = forms.ChoiceField(label="状态", choices=samples.STATES)


def _clock(now: datetime, row: samples.Row) -> dict[str, datetime]:
    return {
        "start": now - timedelta(hours=row["given"]),
        "due": now + timedelta(hours=row["left"]),
    }


@register.simple_tag(takes_context=True)
def load_samples(context: Context) -> str:
    """Put the samples into the page's context."""
    now = timezone.now()
    rows = [
        {
            **row,
            "start": now - timedelta(hours=row["given"]),
            "due": now + timedelta(hours=row["left"]),
        }
        for row in samples.ROWS
    ]
    context.update(
        {
            "rows": rows,
            "overdue": rows[:2],
            "today": rows[2:5],
            "case": samples.case(now),
            "states": samples.STATES,
            "severities": samples.SEVERITIES,
            "deadlines": samples.deadlines(now),
            "stats": samples.STATS,
            "chart": samples.CHART,
            "legend": samples.LEGEND,
            "note_text": samples.NOTE,
            "list_tabs": samples.TABS,
            "chip_texts": samples.CHIPS,
            "pager_words": _("%(count)s cases") % {"count": "10,000"},
            "filter_form": SampleFilter(),
            "form": SampleForm({"what": samples.REPORT, "phone": "139-8712", "place": ""}),
        }
    )
    return ""
