"""Deliveries to webhooks: one POST each, signed, through the client for addresses that others chose."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import orjson
from django.conf import settings

from accounts.deliveries.outcome import Outcome
from accounts.deliveries.signing import headers_for
from accounts.models import Delivery
from accounts.webhook_secrets import signing_secrets
from common.http.client import post
from common.http.values import Answer, Body, Failure, Limits, Question
from common.outbound import Reach
from common.secrets import CannotOpen

#: Nothing of the answer is used but its status, so little of it is read.
LIMITS = Limits(seconds=10, connect_seconds=5, body_bytes=65_536, header_bytes=16_384)
THREADS = 4
_GONE = 410

Post = Callable[[Question, Body], Answer | Failure]


@dataclass(frozen=True, slots=True)
class _Call:
    question: Question
    body: Body


def call_all(deliveries: list[Delivery], now: datetime, send: Post = post) -> Iterator[tuple[Delivery, Outcome]]:
    """Each delivery with what came of it, as it comes."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
    try:
        futures = {}
        for delivery in deliveries:
            try:
                futures[pool.submit(partial(_called, _prepared(delivery, now), send))] = delivery
            except CannotOpen:
                yield delivery, Outcome(False, error="Its secret cannot be opened with the keys of this site.")
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _prepared(delivery: Delivery, now: datetime) -> _Call:
    content = orjson.dumps(delivery.payload)
    keys = signing_secrets(delivery.webhook, now)
    headers = headers_for(delivery.public_id, int(now.timestamp()), content, keys)
    reach = Reach(tuple(settings.PORTICO_PRIVATE_NETWORKS))
    question = Question(delivery.webhook.url, headers=headers, reach=reach, limits=LIMITS)
    return _Call(question, Body(content))


def _called(call: _Call, send: Post) -> Outcome:
    """In a thread of the pool: no database here."""
    answer = send(call.question, call.body)
    if isinstance(answer, Failure):
        return Outcome(False, error=answer.sentence)
    if 200 <= answer.status < 300:
        return Outcome(True, answer.status)
    if answer.status == _GONE:
        return Outcome(False, answer.status, "It answered that it is gone.", is_gone=True)
    if 300 <= answer.status < 400:
        return Outcome(False, answer.status, f"It answered {answer.status}: redirects are not followed.")
    return Outcome(False, answer.status, f"It answered {answer.status}.")
