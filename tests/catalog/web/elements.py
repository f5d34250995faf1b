"""What a page says, by class and id, read with the parser of the standard library."""

from html.parser import HTMLParser

_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"})


class Elements(HTMLParser):
    """The text of every element, by its classes and by its id, and every tag with its attributes."""

    def __init__(self, html: bytes | str) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, list[str]]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.by_class: dict[str, list[list[str]]] = {}
        self.by_id: dict[str, list[str]] = {}
        self.feed(html.decode() if isinstance(html, bytes) else html)

    def texts(self, name: str) -> list[str]:
        """The text of each element of that class, white space as one space."""
        return [" ".join("".join(parts).split()) for parts in self.by_class.get(name, [])]

    def text_of(self, name: str) -> str:
        """The text of the element with that id."""
        return " ".join("".join(self.by_id[name]).split())

    def links(self) -> list[str]:
        return [attributes.get("href", "") for tag, attributes in self.tags if tag == "a"]

    def actions(self) -> list[str]:
        """Where the forms go."""
        return [attributes.get("action", "") for tag, attributes in self.tags if tag == "form"]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.tags.append((tag, values))
        if tag in _VOID:
            return
        # Block by block: the words of neighbours do not run together.
        self.handle_data(" ")
        text: list[str] = []
        for name in values.get("class", "").split():
            self.by_class.setdefault(name, []).append(text)
        if "id" in values:
            self.by_id[values["id"]] = text
        self._open.append((tag, text))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in _VOID:
            name, _text = self._open.pop()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        for _tag, text in self._open:
            text.append(data)
