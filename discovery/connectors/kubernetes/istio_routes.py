"""The addresses that VirtualServices lead to Services: through gateways, and within the mesh. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice

from discovery.connectors.base import Endpoint, ProtocolSpoken
from discovery.connectors.kubernetes.fronts import Front
from discovery.connectors.kubernetes.hosts import common_host, service_named
from discovery.connectors.kubernetes.route_items import IstioGatewayItem, VirtualServiceItem
from discovery.connectors.kubernetes.routes import LEADS_AT_MOST, Around, Routes
from discovery.connectors.kubernetes.virtual_services import (
    CARRIED,
    Carried,
    Lead,
    Server,
    VirtualService,
    istio_servers,
)
from discovery.connectors.objects.served import host_inside, usual_port

Known = Mapping[tuple[str, str], VirtualService]


class Carrier:
    """A gateway with its servers, which are the same for all that are bound to it."""

    def __init__(self, item: IstioGatewayItem) -> None:
        self.item = item

    @cached_property
    def servers(self) -> tuple[Server, ...]:
        return tuple(istio_servers(self.item))


def istio_routes(
    gateways: Iterable[IstioGatewayItem], services: Iterable[VirtualServiceItem], around: Around
) -> Routes:
    """The addresses of all VirtualServices, and what is unclear."""
    carriers = {(item.metadata.namespace, item.metadata.name): Carrier(item) for item in gateways}
    known = {(item.metadata.namespace, item.metadata.name): VirtualService(item) for item in services}
    made = Routes()
    for virtual in known.values():
        if not virtual.hosts:
            continue
        for at, name in virtual.gateways():
            carrier = carriers.get((at, name))
            if carrier is not None:
                _follow(made, virtual, carrier, known, around)
            elif not around.is_read(at):
                leads = [lead for carries in CARRIED for lead in virtual.leads(carries, (at, name), known)]
                made.unclear.update(lead.service for lead in leads if lead.service is not None)
        if virtual.is_in_mesh:
            _follow_in_mesh(made, virtual, known, around)
    return made


def _follow(made: Routes, virtual: VirtualService, carrier: Carrier, known: Known, around: Around) -> None:
    at, name = carrier.item.metadata.namespace, carrier.item.metadata.name
    leads: dict[Carried, list[Lead]] = {}
    for carries in CARRIED:
        found = [lead for lead in virtual.leads(carries, (at, name), known) if _concerns(lead, around)]
        if found:
            leads[carries] = found
    if not leads:
        return
    front = around.fronts.of_istio(carrier.item)
    if not any(map(virtual.is_exported_to, front.namespaces or {at})):
        return
    if not front.is_clear:
        made.unclear.update(lead.service for found in leads.values() for lead in found if lead.service is not None)
    servers = (server for server in carrier.servers if server.carries in leads)
    pairs = ((server, lead) for server in servers for lead in leads[server.carries])
    for server, lead in islice(pairs, LEADS_AT_MOST):
        if lead.port and server.port and lead.port != server.port:
            continue
        for host in _hosts(virtual, server, lead):
            _add(made, lead, _at(host, server, lead, front, virtual))


def _hosts(virtual: VirtualService, server: Server, lead: Lead) -> Iterator[str]:
    """Plain TCP knows no host, so any name that leads to the gateway will do."""
    hosts = virtual.hosts_at(server)
    if server.carries == "tcp":
        yield from islice(("*" for _host in hosts), 1)
    elif lead.host:
        yield from (host for name in hosts if (host := common_host(name, lead.host)))
    else:
        yield from hosts


def _at(host: str, server: Server, lead: Lead, front: Front, virtual: VirtualService) -> Endpoint:
    """A port that the gateway's Services do not have is one that they lead to, so the outer one is not known."""
    is_known = server.port and (not front.ports or server.port in front.ports)
    port = usual_port(server.port, server.tls) if is_known else None
    return Endpoint(host, lead.path, server.tls, _by(virtual, lead), front.scope, port, _protocol(server.carries))


def _follow_in_mesh(made: Routes, virtual: VirtualService, known: Known, around: Around) -> None:
    """The hosts that sidecars send elsewhere."""
    for carries in CARRIED:
        leads = [lead for lead in virtual.leads(carries, None, known) if _concerns(lead, around)]
        pairs = ((name, lead) for lead in leads for name in virtual.hosts if name and name != "*")
        for name, lead in islice(pairs, LEADS_AT_MOST):
            host = _host_in_mesh(name, lead, virtual)
            if host:
                tls = carries == "tls"
                port = usual_port(lead.port, tls) if lead.port else None
                endpoint = Endpoint(host, lead.path, tls, _by(virtual, lead), "mesh", port, _protocol(carries))
                _add(made, lead, endpoint)


def _host_in_mesh(name: str, lead: Lead, virtual: VirtualService) -> str:
    """Nothing when the host names what it leads to, which adds no address to it."""
    named = service_named(name, virtual.namespace)
    if named is None:
        return common_host(name, lead.host or name) if name != lead.destination else ""
    return host_inside(*named) if named != lead.service else ""


def _add(made: Routes, lead: Lead, endpoint: Endpoint) -> None:
    service = lead.service
    if service is not None:
        made.found.append((*service, endpoint))
    else:
        made.to_hosts.append((lead.destination, endpoint))


def _by(virtual: VirtualService, lead: Lead) -> str:
    return virtual.spoken(lead.service[0] if lead.service is not None else lead.written_in)


def _protocol(carries: Carried) -> ProtocolSpoken:
    return "tcp" if carries == "tcp" else "http"


def _concerns(lead: Lead, around: Around) -> bool:
    service = lead.service
    return around.concerns(service[0]) if service is not None else lead.destination in around.entry_hosts
