"""How a running collector serves feeds, where its configuration says so."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from prometheus_client import Counter

from collector.config import Address, CollectorConfig
from collector.feeds.answers import FeedAnswers
from collector.feeds.listener import FeedListener
from collector.query.answers import Answers
from collector.query.exemptions import ExemptionAnswers
from collector.query.handling import Handlings
from collector.rulebook.in_force import InForce
from collector.store.base import Store
from wolkenzicht.transport import Credentials


def serving(
    stack: AsyncExitStack,
    config: CollectorConfig,
    identity: Credentials,
    store: Store,
    in_force: InForce,
    counted: Counter,
) -> Address | None:
    """Where feeds are served until the stack is left, with the real port; None where they are not."""
    if config.feeds is None:
        return None
    answers = Answers(store.reading, store.registry, in_force)
    answering = FeedAnswers(
        feeds=store.feeds,
        people=store.people,
        answers=answers,
        handlings=Handlings(answers, store.handling),
        exemptions=ExemptionAnswers(answers, store.exemptions),
        clock=in_force.now,
    )
    listener = FeedListener(
        config.feeds, identity, answering, lambda status: counted.labels(f"{status:d}").inc()
    )
    stack.push_async_callback(asyncio.to_thread, listener.stop)
    return Address(config.feeds.host, listener.port)
