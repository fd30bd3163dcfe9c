"""Words of a template follow the reader's language, though each is looked up once."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

TAGS = "{% load i18n linli_ui %}"
CASES = {
    '{% translate "Cases" %}': ("Cases", "事件"),
    '{% translate "Cases" as title %}[{{ title }}]': ("[Cases]", "[事件]"),
    '{% translate "Cases" noop %}': ("Cases", "Cases"),
    '{% translate "Cases"|upper %}': ("CASES", "事件"),
    "{% translate word %}": ("Cases &lt;", "Cases &lt;"),
    '{% translate "May" context "alt. month" %}': ("May", "五月"),
}


@pytest.mark.parametrize("source", CASES)
def test_it_says_what_the_tag_of_django_says(source):
    quick, plain = Template(TAGS + source), Template("{% load i18n %}" + source)
    for number, language in enumerate(("en", "zh-hans", "en", "zh-hans")):
        with override(language):
            context = {"word": "Cases <"}
            said = quick.render(Context(context))
            assert said == plain.render(Context(context))
            assert said == CASES[source][number % 2]
