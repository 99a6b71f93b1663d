"""The numbers of a verifier."""

from __future__ import annotations

from typing import Any, Dict

from .look import Html, bar, code, facts, joined, quiet, share, table, title
from .words import say


def body(metrics: Dict[str, Any]) -> Html:
    """By provider, and by rule and reason: who was let in, and why not."""
    decisions = metrics["decisions"]
    if not decisions and not metrics["errors"]:
        return quiet(say("nothing was decided yet"))
    rows = [
        (
            provider,
            ends["allowed"],
            ends["denied"],
            share(ends["allowed"], sum(ends.values())),
            bar([("good", ends["allowed"]), ("bad", ends["denied"])], sum(ends.values())),
        )
        for provider, ends in decisions.items()
    ]
    parts = [table([say("provider"), say("allowed"), say("denied"), say("share"), ""], rows)] if rows else []
    why = [(count, rule, reason) for rule, reasons in metrics["denials"].items() for reason, count in reasons.items()]
    if why:
        most = [(code(rule), code(reason), count) for count, rule, reason in sorted(why, reverse=True)]
        parts.append(table([say("rule"), say("reason"), say("denied")], most))
    if metrics["errors"]:
        parts.append(
            table([say("error"), say("calls")], [(code(kind), some) for kind, some in metrics["errors"].items()])
        )
    if any(metrics["records"].values()):
        parts.append(facts([(f"records.{name}", some) for name, some in metrics["records"].items()]))
    return joined(*parts)


def face(metrics: Dict[str, Any]) -> Html:
    return joined(title(say("Metrics")), body(metrics))
