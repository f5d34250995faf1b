"""Mesh posture on the page of a service: places beside each other, as another room answers."""

from catalog.questions import Place, PlaceFact, PlacePosture
from catalog.web.posture import LINES_AT_MOST, PLACES_AT_MOST, posture_table


def place(number: int = 1, posture: PlacePosture | None = None, **fields) -> Place:
    values = {
        "environment": "production", "environment_title": "Production", "source": "prod", "cluster": f"eu-{number}",
        "namespace": "cards", "name": "ledger", "state": "published", "seen_at": None, **fields,
    }  # fmt: skip
    return Place(id=number, posture=posture or PlacePosture(), **values)


def sidecar(*facts: PlaceFact, **words) -> PlacePosture:
    return PlacePosture(
        **{"mesh": "sidecar", "mtls": "strict", "callers": "limited", "is_open": False, **words}, facts=facts
    )


def cells(table, title: str):
    return next(row.cells for _group, rows in table.groups for row in rows if row.title == title)


def test_it_puts_places_beside_each_other_and_tells_what_differs():
    timeout = PlaceFact("timeout", "2 s", "VirtualService cards/ledger")
    elsewhere = PlaceFact("timeout", "2 s", "VirtualService stage/ledger")

    table = posture_table([place(1, sidecar(timeout)), place(2, sidecar(elsewhere, mtls="permissive"))])

    differs = {row.title: row.differs for _group, rows in table.groups for row in rows}
    assert (differs["mTLS"], differs["Timeout"]) == (True, False)
    assert [cell.facts for cell in cells(table, "Timeout")] == [(timeout,), (elsewhere,)]


def test_it_says_what_is_not_set_where_the_mesh_would_set_it():
    table = posture_table([place(1, sidecar())])
    titles = [row.title for _group, rows in table.groups for row in rows]

    assert cells(table, "Retries")[0].badges == (("posture", "unset"),)
    assert "Traffic split" not in titles


def test_it_evaluates_nothing_in_ambient_mode_and_expects_nothing_outside():
    ambient = posture_table([place(1, PlacePosture("ambient"))])
    outside = posture_table([place(1, PlacePosture("outside"))])

    assert cells(ambient, "mTLS")[0].badges == (("posture", "unevaluated"),)
    assert [row.title for _group, rows in outside.groups for row in rows] == ["In mesh", "From outside"]


def test_it_says_whether_what_is_exposed_asks_who_calls():
    authenticated = posture_table([place(1, sidecar(), exposure="internet")])
    unauthenticated = posture_table([place(1, sidecar(is_open=True), exposure="internet")])
    unclear = posture_table([place(1, sidecar(is_open=None), exposure="internet")])

    assert cells(authenticated, "From outside")[0].badges == (("exposure", "internet"), ("exposure", "authenticated"))
    assert cells(unauthenticated, "From outside")[0].badges == (("exposure", "open"),)
    assert cells(unclear, "From outside")[0].badges == (("exposure", "internet"), ("exposure", "unclear"))


def test_it_keeps_places_apart_that_were_not_read():
    table = posture_table([place(1), place(2, sidecar())])

    assert ([one.id for one in table.read], [one.id for one in table.unread]) == ([2], [1])


def test_it_counts_errors_and_warnings_and_stays_small():
    many = tuple(PlaceFact("callers", f"Policy {number}", severity="warning") for number in range(LINES_AT_MOST + 3))

    table = posture_table([place(number, sidecar(*many)) for number in range(PLACES_AT_MOST + 2)])

    assert (len(table.read), table.more) == (PLACES_AT_MOST, 2)
    assert (len(cells(table, "Who may call")[0].facts), cells(table, "Who may call")[0].more) == (LINES_AT_MOST, 3)
    assert (table.warnings, table.errors) == (PLACES_AT_MOST * len(many), 0)
