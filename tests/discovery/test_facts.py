"""An observation as it is stored."""

from dataclasses import replace

import pytest

from discovery.connectors.base import Claim, Endpoint, Exposure, Observation, Port, Workload
from discovery.facts import Spotted, as_json, filled, fingerprint, to_facts, whole

SEEN = Observation(
    key="shop/payments",
    kind="Service",
    name="payments",
    labels={"b": "2", "a": "1"},
    ports=(Port(80, "http"),),
    workloads=(Workload("Deployment", "payments", "1.0", 2),),
    exposure=Exposure("internet", (Endpoint("pay.example.com", "/", True, "Ingress pay"),)),
    claims=(Claim("owner", "payments", "annotation portico.io/owner"),),
    place="shop.yaml",
)


def test_it_keeps_what_pages_and_rules_need() -> None:
    assert to_facts(Spotted(SEEN)) == {
        "labels": {"a": "1", "b": "2"},
        "annotations": {},
        "ports": [{"number": 80, "name": "http", "protocol": "TCP"}],
        "workloads": [{"kind": "Deployment", "name": "payments", "version": "1.0", "replicas": 2, "ready": None}],
        "endpoints": [
            {
                "host": "pay.example.com",
                "path": "/",
                "tls": True,
                "by": "Ingress pay",
                "scope": "internet",
                "port": None,
                "protocol": "http",
            }
        ],
        "claims": [{"field": "owner", "value": "payments", "reason": "annotation portico.io/owner"}],
        "place": "shop.yaml",
    }


class Marked(str):
    """A text of a library that marks its texts."""


class Counted(int):
    """A number of a library that marks its numbers."""


def test_what_inherits_from_a_text_or_a_number_is_written_as_one() -> None:
    marked = replace(SEEN, labels={"b": Marked("2"), "a": "1"}, ports=(Port(Counted(80), Marked("http")),))
    assert as_json(Spotted(marked)) == as_json(Spotted(SEEN))


def test_what_is_neither_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        as_json(Spotted(replace(SEEN, labels={"a": object()})))


def test_the_order_of_labels_makes_no_difference() -> None:
    other = replace(SEEN, labels={"a": "1", "b": "2"})
    assert as_json(Spotted(other)) == as_json(Spotted(SEEN))
    assert fingerprint(Spotted(other)) == fingerprint(Spotted(SEEN))


def test_every_stored_part_makes_a_difference() -> None:
    others = [
        replace(SEEN, **change)
        for change in (
            {"key": "shop/other"}, {"name": "other"}, {"namespace": "other"}, {"cluster": "other"}, {"uid": "1"},
            {"identity": "1"}, {"version": "2"}, {"labels": {}}, {"annotations": {"a": "1"}}, {"ports": ()},
            {"workloads": ()}, {"exposure": Exposure("mesh")}, {"claims": ()}, {"place": "other"}, {"kind": "Other"},
        )
    ]  # fmt: skip
    spotted = [Spotted(SEEN), Spotted(SEEN, "digest"), Spotted(SEEN, "digest", "place"), *map(Spotted, others)]
    assert len({fingerprint(one) for one in spotted}) == len(spotted)


def test_gaps_of_what_nobody_knows_are_nothing() -> None:
    gappy = replace(SEEN, workloads=None, exposure=None, specification_read=False)
    seen = whole(Spotted(gappy)).seen
    assert (seen.workloads, seen.exposure, seen.specification_read) == ((), Exposure("inside"), True)


def test_a_version_that_workloads_gave_stays_as_long_as_they_are_not_read() -> None:
    known = Spotted(replace(SEEN, version="1.0"))
    assert filled(Spotted(replace(SEEN, workloads=None)), known).seen == known.seen
    assert filled(Spotted(replace(SEEN, workloads=None, version="2.0")), known).seen.version == "2.0"
    assert filled(Spotted(replace(SEEN, workloads=(), exposure=None)), known).seen.version == ""


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ((), ("from the namespace",)),
        (("own word",), ("own word",)),
    ],
)
def test_what_an_unread_namespace_is_known_to_have_said_stays(said: tuple[str, ...], kept: tuple[str, ...]) -> None:
    claims = (
        Claim("title", "Gone", "annotation portico.io/title"),
        Claim("owner", "from the namespace", "annotation portico.io/owner of namespace cards"),
    )
    now = tuple(Claim("owner", value, "annotation portico.io/owner") for value in said)
    seen = Spotted(replace(SEEN, claims=now, unread_claims=("namespace cards",)))
    assert not seen.is_whole
    found = filled(seen, Spotted(replace(SEEN, claims=claims)))
    assert tuple(claim.value for claim in found.seen.claims) == kept
    assert found.is_whole
