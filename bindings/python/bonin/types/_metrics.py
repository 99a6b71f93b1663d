"""What clients, registries and verifiers count: docs/operations.md."""

from __future__ import annotations

from typing import Dict, List, Literal, TypedDict

CircuitState = Literal["closed", "open", "half_open"]
#: `claim` counts try_claim as well, `commit` try_commit, `export` its pages, `import` its batches.
RegistryOperation = Literal[
    "find",
    "match",
    "standing",
    "admit",
    "reserve",
    "claim",
    "commit",
    "cancel",
    "consume",
    "release",
    "forget",
    "ban",
    "unban",
    "count",
    "export",
    "forget_uses",
    "rotate",
    "check",
    "import",
]


class LatencyDict(TypedDict):
    """`counts[i]` calls took at most `bounds[i]` ms; the last bucket has no bound. `sum` is in ms."""

    bounds: List[int]
    counts: List[int]
    count: int
    sum: float


class MetricsDict(TypedDict):
    """The answer of `metrics()`. `calls`: by `ok` or the kind of the error; kinds that never came up are not there."""

    calls: Dict[str, int]
    calls_under_way: int
    fail_fast: int
    attempts: int
    retries: int
    retry_budget: int
    connections: int
    token_renewals: int
    token_failures: int
    circuit: CircuitState
    circuit_openings: int
    log_events_dropped: int
    clock_skew_ms: int
    latency_ms: LatencyDict


class RegistryMetricsDict(TypedDict):
    """The answer of a registry's `metrics()`. `calls`: by operation, then by `ok` or the kind of the error."""

    calls: Dict[RegistryOperation, Dict[str, int]]
    calls_under_way: int
    waiting: int
    transactions: int
    transaction_calls: int
    retries: int
    connections: int
    latency_ms: LatencyDict


class OutcomesDict(TypedDict):
    """Decisions about the verifications of one provider."""

    allowed: int
    denied: int


class RecordsDict(TypedDict):
    """Records of decisions. `waiting`: for a file that cannot be written. `lost`: there was no room for them to wait."""

    written: int
    waiting: int
    lost: int


class VerifierMetricsDict(TypedDict):
    """The answer of a verifier's `metrics()`. `decisions`: by provider. `denials`: by rule, then by reason. `errors`: by
    the kind of the error.
    """

    decisions: Dict[str, OutcomesDict]
    denials: Dict[str, Dict[str, int]]
    errors: Dict[str, int]
    records: RecordsDict
