"""Names for many new entries at once."""

from catalog.naming import candidates, free_names


def names(*wanted: list[str], taken: set[str] = frozenset()) -> list[str]:
    return free_names(wanted, taken.intersection)


def test_it_takes_the_wanted_name_first() -> None:
    assert names(["cards"], ["ledger"]) == ["cards", "ledger"]


def test_it_takes_a_longer_name_when_the_wanted_one_is_taken() -> None:
    assert names(["cards", "shop-cards"], taken={"cards"}) == ["shop-cards"]


def test_it_numbers_when_all_are_taken() -> None:
    assert names(["cards", "shop-cards"], taken={"cards", "shop-cards", "cards-2"}) == ["cards-3"]


def test_it_lets_the_first_choose_first_and_gives_no_name_twice() -> None:
    assert names(["cards"], ["cards", "shop-cards"], ["cards"]) == ["cards", "shop-cards", "cards-2"]


def test_it_finds_a_number_beyond_many() -> None:
    taken = {"cards", *(f"cards-{number}" for number in range(2, 400))}
    assert names(["cards"], ["cards"], taken=taken) == ["cards-400", "cards-401"]


def test_it_keeps_a_long_name_within_a_slug() -> None:
    [name] = names(["a" * 100], taken={"a" * 100})
    assert name == "a" * 98 + "-2"


def test_its_candidates_are_slugs_each_once() -> None:
    assert candidates("cards", ["shop", "", "cards", "shop"]) == ["cards", "shop-cards"]
    assert candidates("Card_Service!") == ["card-service"]
    assert candidates("!!!") == ["service"]
