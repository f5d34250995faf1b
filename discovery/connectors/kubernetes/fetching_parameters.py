"""What a source of a live cluster is told about fetching specifications from its services."""

from functools import partial

from discovery.connectors.base import Parameter

_parameter = partial(Parameter, group="Specifications of running services")

FETCHING_PARAMETERS = (
    _parameter(
        "fetch_addresses",
        "Fetch specifications whose address an annotation names",
        kind="boolean",
        required=False,
        default=True,
        help="Only public addresses, and private networks that an administrator listed. Nothing of this source is "
        "shown there.",
    ),
    _parameter(
        "fetch_base_url",
        "Base address of the services",
        required=False,
        at_most=1000,
        help="An address that leads to each service, such as https://{name}.{namespace}.apps.example.org or "
        "https://gateway.example.org/{namespace}/{name}. {port} stands for the number of the port.",
    ),
    _parameter(
        "fetch_prefix",
        "Prefix of paths",
        required=False,
        at_most=200,
        help="What comes before each path that is tried, such as /api.",
    ),
    _parameter(
        "fetch_headers",
        "Headers for the base address",
        required=False,
        secret=True,
        shown_to="fetch_base_url",
        at_most=8000,
        help="One a line, as Name: value. They are sent to the base address and to nothing else.",
        kind="lines",
    ),
    _parameter(
        "fetch_ca",
        "Certificate authority of the services",
        kind="lines",
        required=False,
        at_most=200_000,
        help="Certificates in PEM that are believed beside the machine's own, at the base address and in the cluster.",
    ),
    _parameter(
        "fetch_networks",
        "Private networks of the services",
        kind="lines",
        required=False,
        at_most=4000,
        help="Networks such as 10.96.0.0/12, one a line, in which these addresses of its services may lie.",
    ),
    _parameter(
        "fetch_in_cluster",
        "Portico runs in this cluster's network",
        kind="boolean",
        required=False,
        default=False,
        help="Ask the services at http://name.namespace.svc. Name their network above.",
    ),
    _parameter(
        "fetch_through_api_server",
        "Fetch through the API server",
        kind="boolean",
        required=False,
        default=False,
        help="Needs the right to get services/proxy, which is more than read access: whoever has it reaches every path "
        "of every service, and so does Portico's identity. Without it nothing is asked this way.",
    ),
)
