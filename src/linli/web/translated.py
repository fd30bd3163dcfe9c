"""Django's `{% translate "words" %}`, but a template's own words are looked up once a language."""

from typing import Any

from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.safestring import SafeString
from django.utils.translation import get_language

NOTHING = SafeString("")


def translate(parser: Parser, token: Token) -> Node:
    """Django looks them up wherever they stand, at every request: fifty times a page."""
    node = do_translate(parser, token)
    return Translated(node) if _constant(node) else node


class Translated(Node):
    """Words that depend on nothing but the language; a literal is markup, so nor on escaping."""

    child_nodelists = ()

    def __init__(self, node: Any) -> None:
        self._name, node.asvar = node.asvar, None
        self._node = node
        self._known: dict[str, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language() or ""
        words = self._known.get(language)
        if words is None:
            words = self._known[language] = self._node.render(context)
        if self._name is None:
            return words
        context[self._name] = words
        return NOTHING


def _constant(node: TranslateNode) -> bool:
    words = node.filter_expression
    literal = words.var.lookups is None and not words.filters
    return literal and not node.noop and node.message_context is None
