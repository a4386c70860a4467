"""Between what the features know of providers and what is said of it on the wire."""

from __future__ import annotations

from symbiote.core.answer import FromOutside
from symbiote.features.house import House
from symbiote.features.outside import Route
from symbiote.wire import protocol_providers as protocol


def outside(found: FromOutside | None) -> protocol.OutsideAnswer | None:
    if found is None:
        return None
    return protocol.OutsideAnswer(
        found.provider,
        found.title,
        found.model,
        found.prompt_tokens,
        found.cached_tokens,
        found.generated_tokens,
        found.usd,
        found.ms,
    )


def mode(route: Route) -> protocol.ModeParams:
    return protocol.ModeParams(route.complete, route.rewrite, route.local_only)


def providers(house: House) -> list[protocol.ProviderStatus]:
    """Those that are turned on."""
    standing = house.cloud.standing() if house.cloud is not None else ()
    return [
        protocol.ProviderStatus(
            one.name,
            one.title,
            next(iter(one.models.values()), ""),
            one.state,
            one.why,
            round(one.p50, 1) if one.p50 is not None else None,
        )
        for one in standing
    ]


def spend(house: House) -> protocol.SpendStatus | None:
    """None where nothing is turned on."""
    if house.spend is None or house.cloud is None or not house.cloud.standing():
        return None
    totals = house.spend.recent
    return protocol.SpendStatus(
        round(totals.day, 6), round(totals.month, 6), totals.cap_day, totals.cap_month
    )
