"""What agents of gateways ask and tell. Not part of the API that people use: its words are ``gateway.values``."""

import gzip
import time
from typing import TypeVar

import msgspec
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed, ParseError
from rest_framework.request import Request

from common.addresses import client_address
from common.errors import Invalid
from common.rest.body import read_bounded
from common.rest.views import RestView
from gateway.feed.building import changes_for
from gateway.feed.waiting import wakeups
from gateway.permissions import Action
from gateway.rest.authentication import GatewayAuthentication
from gateway.tokens import KnownGateway, gateway_of
from gateway.usecases.take_report import take_report
from gateway.usecases.take_usage import take_usage
from gateway.values import Changes, Report, Usage

#: Long enough that an idle agent costs little, short enough for the proxies between.
_LONGEST_WAIT = 50
_GZIP_FROM_BYTES = 2_000
#: A report has a receipt for each API; a batch of usage a line for each subscription and status.
_REPORT_BYTES = 8_000_000
_USAGE_BYTES = 32_000_000
_Value = TypeVar("_Value")


class AgentView(RestView):
    """For the agents of gateways alone. They ask as often as something changes, so no rate is counted of those who
    are known."""

    authentication_classes = [GatewayAuthentication]

    @property
    def gateway(self) -> KnownGateway:
        return self.request.auth

    def _authenticate_within_limits(self, request: Request) -> None:
        try:
            self.perform_authentication(request)
        except AuthenticationFailed:
            self._charge(request._request, f"address:{client_address(request._request)}", authenticated=False)
            raise

    def value(self, kind: type[_Value], limit: int) -> _Value:
        """The body as a value; raises 413 and 400."""
        try:
            return msgspec.json.decode(read_bounded(self.request._request, limit), type=kind)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise ParseError(f"The body is not what an agent sends: {error}") from None


@extend_schema(exclude=True)
class ChangesView(AgentView):
    """What is new since the generation ``since``; 204 when nothing is within ``wait`` seconds."""

    actions = {"GET": Action.GATEWAY_FOLLOW}
    query_parameters = ("since", "wait")

    def get(self, request: Request) -> HttpResponse:
        since, wait = _number(request, "since"), min(_number(request, "wait"), _LONGEST_WAIT)
        deadline = time.monotonic() + wait
        gateway = self.gateway
        while (changes := changes_for(gateway, since, timezone.now())) is None:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return HttpResponse(status=204)
            if not wakeups.wait(since, remaining):
                # Nobody may wait here for the moment.
                return HttpResponse(status=204, headers={"Retry-After": "1"})
            gateway = _known_still(gateway)
        return _answer(request, changes)


@extend_schema(exclude=True)
class ReportView(AgentView):
    """How an agent and its Envoy are, and what Envoy said to what it was given."""

    actions = {"POST": Action.GATEWAY_FOLLOW}

    def post(self, request: Request) -> HttpResponse:
        report = self.value(Report, _REPORT_BYTES)
        take_report(actor=self.actor, gateway=self.gateway, report=report, now=timezone.now())
        return HttpResponse(status=204)


@extend_schema(exclude=True)
class UsageView(AgentView):
    """What went through a gateway; the same batch twice counts once."""

    actions = {"POST": Action.GATEWAY_FOLLOW}

    def post(self, request: Request) -> HttpResponse:
        usage = self.value(Usage, _USAGE_BYTES)
        take_usage(actor=self.actor, gateway=self.gateway, usage=usage, now=timezone.now())
        return HttpResponse(status=204)


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "0")
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Invalid({name: "Use a whole number, 0 or more."})
    return int(text)


def _known_still(gateway: KnownGateway) -> KnownGateway:
    """The gateway as it is after a while; raises 401 when its token was replaced meanwhile."""
    found = gateway_of(gateway.token_digest)
    if found is None:
        raise AuthenticationFailed("This token was replaced.")
    return found


def _answer(request: Request, changes: Changes) -> HttpResponse:
    body = msgspec.json.encode(changes)
    headers = {"Vary": "Accept-Encoding"}
    if len(body) >= _GZIP_FROM_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, compresslevel=1)
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(body, content_type="application/json", headers=headers)
