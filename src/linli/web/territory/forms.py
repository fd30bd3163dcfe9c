"""Forms of the territory; what they mean is checked by its actions."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.territory.models import Layer, Level
from linli.territory.queries import layers
from linli.web.days import date_field

MAX_UPLOAD = 20_000_000
POINT_SYSTEMS = [
    ("wgs84", _("WGS-84 (GPS)")),
    ("gcj02", _("GCJ-02 (phones and Chinese web maps)")),
    ("bd09", _("BD-09 (Baidu)")),
    ("cgcs2000", _("CGCS2000 (surveys)")),
]
AREA_SYSTEMS = [("", _("as the file declares")), *(s for s in POINT_SYSTEMS if s[0] != "bd09")]


def layer_choices() -> list[tuple[str, str]]:
    return [(row.code, str(_("governing grid")) if row.governing else row.name) for row in layers()]


class PointForm(forms.Form):
    lon = forms.FloatField(label=_("Longitude"), widget=forms.TextInput({"inputmode": "decimal"}))
    lat = forms.FloatField(label=_("Latitude"), widget=forms.TextInput({"inputmode": "decimal"}))
    crs = forms.ChoiceField(label=_("Coordinate system"), choices=POINT_SYSTEMS, required=False)
    on = date_field(label=_("As of"), required=False)
    layer = forms.ChoiceField(label=_("Layer"), initial=Layer.GOVERNING)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layer"].choices = layer_choices()  # type: ignore[attr-defined]
        self.fields["layer"].required = False

    def clean_layer(self) -> str:
        return str(self.cleaned_data["layer"] or Layer.GOVERNING)


class UploadField(forms.FileField):
    """A file of a size that a review can be shown of while one waits."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > MAX_UPLOAD:
            limit = MAX_UPLOAD // 1_000_000
            raise forms.ValidationError(
                _("The file has %(size)d MB; here at most %(limit)d MB are read. Larger ones: "
                  "linli territory import-areas.")
                % {"size": file.size // 1_000_000, "limit": limit}
            )  # fmt: skip
        return file


class DivisionsForm(forms.Form):
    townships = UploadField(
        label=_("Townships"), help_text=_("CSV or Excel with the columns code and name.")
    )
    villages = UploadField(
        label=_("Villages"), help_text=_("CSV or Excel with the columns code and name.")
    )
    on = date_field(
        label=_("Holds from"),
        help_text=_("Cases before this day keep the names and places they had."),
        initial=timezone.localdate,
    )

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come: choose today or earlier."))
        return on


class AreasForm(forms.Form):
    file = UploadField(
        label=_("File"),
        help_text=_(
            "GeoJSON, GeoPackage, a Shapefile packed as zip, or a list of codes and names."
        ),
    )
    file_layer = forms.CharField(
        label=_("Layer in the file"),
        max_length=100,
        required=False,
        help_text=_("Where a GeoPackage has several; without a name the answer lists them."),
    )
    level = forms.TypedChoiceField(
        label=_("Level"), choices=Level.choices, coerce=int, initial=Level.GRID
    )
    code_field = forms.CharField(
        label=_("Field of the code"),
        max_length=60,
        initial="code",
        help_text=_("What the file calls it; a wrong name is answered with the right ones."),
    )
    name_field = forms.CharField(label=_("Field of the name"), max_length=60, required=False)
    crs = forms.ChoiceField(label=_("Coordinate system"), choices=AREA_SYSTEMS, required=False)
    layer = forms.CharField(
        label=_("Layer"),
        max_length=40,
        initial=Layer.GOVERNING,
        help_text=_("grid is the governing one; another name makes a map for reference."),
    )
    valid_from = date_field(label=_("First day"), required=False)
    valid_to = date_field(label=_("First day without"), required=False)
