"""What a browser would send of a form on a page."""

from html.parser import HTMLParser

Sent = dict[str, list[str]]


class _Form(HTMLParser):
    """Collects the successful controls of the first form with a class (or id)."""

    def __init__(self, mark: str) -> None:
        super().__init__(convert_charrefs=True)
        self.mark, self.inside, self.sent = mark, False, {}
        self.select = self.area = ""
        self.options: list[tuple[str, bool]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and self.mark in {*given.get("class", "").split(), given.get("id")}:
            self.inside = True
        if not self.inside or "disabled" in given:
            return
        if tag == "input":
            self._input(given)
        elif tag == "select":
            self.select, self.options = given.get("name", ""), []
        elif tag == "option":
            self.options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self.area, self.text = given.get("name", ""), []

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            chosen = [value for value, on in self.options if on]
            self._add(self.select, (chosen or [value for value, _on in self.options] or [""])[0])
            self.select = ""
        elif tag == "textarea" and self.area:
            self._add(self.area, "".join(self.text).removeprefix("\n"))
            self.area = ""

    def handle_data(self, data):
        if self.area:
            self.text.append(data)

    def _input(self, given: dict[str, str]) -> None:
        box = given.get("type") in {"checkbox", "radio"}
        if given.get("name") and ("checked" in given or not box):
            self._add(given["name"], given.get("value", "on" if box else ""))

    def _add(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)


def filled(page: str, mark: str) -> Sent:
    """The form of the page with this class, as it stands there."""
    form = _Form(mark)
    form.feed(page)
    return form.sent
