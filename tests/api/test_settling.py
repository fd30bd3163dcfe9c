"""A category that bars settling on the spot says so in the offers and in the refusal."""

from linli.incidents.models import Category
from tests.api.conftest import key_for


def test_settling_is_barred_by_the_category_in_offer_and_answer_alike(small):
    operator = key_for(small.township_operator())
    barred = Category.objects.filter(on_the_spot=False, parent__isnull=False).order_by("code")[0]
    made = operator.post(
        "incidents",
        {
            "text": "山体有裂缝",
            "category_id": str(barred.pk),
            "source": "call",
            "severity": "general",
            "place": {"area_id": str(small.grid.pk)},
        },
    )
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    offered = {one["step"]: one for one in operator.get(f"incidents/{key}").json()["steps"]}
    assert not offered["settle"]["allowed"]
    answer = operator.step(key, "settle", result="已处理")
    assert (answer.status_code, answer.json()["code"]) == (409, "category_barred")
    assert answer.json()["detail"] == offered["settle"]["why_not"]
