"""What "Why nothing?" says of providers: who may be asked, how they stand, and what one of them answered."""

from __future__ import annotations

from symbiote.engine.desk import COMPLETE
from symbiote.engine.port import By, Done
from symbiote.features.house import Asked, House, Window
from symbiote.features.outside import policy

HERE = "This workspace never leaves this machine: no provider is asked"


def lines(house: House, window: Window, last: Asked | None) -> list[str]:
    """Lines of Markdown; none where no provider is turned on."""
    standing = house.cloud.standing() if house.cloud is not None else ()
    if not standing:
        return []
    if window.route.local_only:
        return [f"- {HERE}"]
    order = ", then ".join(policy(house, window, COMPLETE).order)
    told = [f"- Mode {window.route.complete}: {order}"]
    if (done := last.found.drawn.done if last is not None and last.found else None) and done.by:
        told.append(f"- {answered(done, done.by)}")
    for one in standing:
        model = one.models.get(COMPLETE, "none for suggestions")
        usual = f", first text after {one.p50:.0f} ms" if one.p50 is not None else ""
        why = f": {one.why}" if one.why else ""
        told.append(f"- {one.title}, model {model}{usual}: {one.state}{why}")
    return told


def answered(done: Done, by: By) -> str:
    """Who answered, and what it took."""
    tokens = done.cost.tokens
    asked = f", after {by.attempts - 1} others" if by.attempts > 1 else ""
    price = f", {by.usd:.6f} USD" if by.usd is not None else ", price unknown"
    secrets = f", {by.redacted} secrets were replaced on the way out" if by.redacted else ""
    counts = f"{tokens.prompt:,} tokens in ({by.cached:,} of them cached), {tokens.generated:,} out"
    return f"{by.title} answered with {by.model}{asked}: {counts}{price}{secrets}"
