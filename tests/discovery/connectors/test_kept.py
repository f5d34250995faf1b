"""What of an object's texts is kept."""

import pytest

from discovery.connectors.objects.kept import SPECIFIED_AT, kept_annotations
from discovery.fetching.places import said_by


@pytest.mark.parametrize("key", sorted({*SPECIFIED_AT, "portico.io/spec-url"}))
@pytest.mark.parametrize("secret", ["planted:planted", "planted", "planted" * 200])
def test_an_address_keeps_no_credentials_and_is_not_asked_for(key: str, secret: str):
    kept = kept_annotations({key: f"https://{secret}@docs.example/openapi.json"})
    assert kept == ((key, "https://***@docs.example/openapi.json"),)
    assert said_by(dict(kept)).wrong == (key,)


def test_an_address_without_credentials_is_kept_as_it_is():
    address = "https://docs.example/openapi.json?mail=a@b.example"
    assert kept_annotations({"kiali.io/api-spec": address}) == (("kiali.io/api-spec", address),)
