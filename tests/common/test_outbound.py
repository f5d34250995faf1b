"""Which addresses may be called."""

import socket
from typing import Any

import pytest

from common.outbound import PUBLIC, NotAllowed, Reach, is_allowed, is_of_this_machine, networks_of, resolved


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "ff02::1",
        "0.0.0.0",
        "::",
        "255.255.255.255",
        "kubernetes.default",
    ],
)
def test_it_never_calls_metadata_link_local_and_multicast_addresses(address: str):
    assert not is_allowed(address)


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "127.0.0.1", "::1", "192.168.1.1", "203.0.113.7", "2001:db8::1", "fd12::1"]
)
def test_it_calls_public_private_and_own_addresses(address: str):
    assert is_allowed(address)


def test_it_refuses_a_name_when_one_of_its_addresses_is_refused(monkeypatch: pytest.MonkeyPatch):
    def answer(*_: Any, **__: Any) -> list[Any]:
        return [(0, 0, 0, "", ("10.0.0.1", 443)), (0, 0, 0, "", ("169.254.169.254", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(NotAllowed):
        resolved("api.bank.example", 443)


def test_it_keeps_the_order_of_the_resolver():
    assert resolved("127.0.0.1", 443) == ("127.0.0.1",)


def test_a_site_local_address_is_private():
    assert not PUBLIC.has("fec0::1")
    assert Reach(networks_of(["fec0::/10"])).has("fec0::1")


def test_loopback_is_in_reach_only_where_it_is_listed_and_taken():
    listed = networks_of(["127.0.0.0/8"])

    assert Reach(listed, takes_loopback=True).has("127.0.0.1")
    assert Reach(listed, takes_loopback=True).plus(networks_of(["10.0.0.0/8"])).has("::ffff:127.0.0.1")
    assert not Reach(listed, takes_loopback=True).has("::1")
    assert not Reach(takes_loopback=True).has("127.0.0.1")
    assert not Reach(listed).has("127.0.0.1")


@pytest.mark.parametrize(
    ("address", "is_own"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("203.0.113.7", False)]
)
def test_it_knows_the_addresses_of_this_machine(address: str, is_own: bool):
    assert is_of_this_machine(address) is is_own
