"""A shop for Prometheus to look at: prints its port, verifies people of a sandbox with faults, ends with its input.

shop.py RECORDS
"""

import os
import sys
import threading

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import start_http_server

import bonin
from bonin.opentelemetry import instrument

ADULTS = {"name": "adults", "rules": [{"age": {"at_least": 19, "by": "year"}}]}
SIGN_UP = {
    "name": "sign-up",
    "rules": [{"age": {"at_least": 14, "by": "full"}}, {"account": "new"}, {"single_use": True}],
}
ROUNDS = 6_000  # it ends by itself after ten minutes


def attempt(call, *args, **options):
    try:
        return call(*args, **options)
    except bonin.BoninError:
        return None


def main(records: str) -> None:
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    provider = MeterProvider(metric_readers=[PrometheusMetricReader()])
    server, _ = start_http_server(0, "127.0.0.1")
    with bonin.Sandbox() as sandbox:
        v1 = bonin.PortOneV1(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret, base_url=sandbox.v1_url)
        v2 = bonin.PortOneV2(api_secret=sandbox.api_secret, store_id=sandbox.store_id, base_url=sandbox.v2_url)
        registry = bonin.Registry("sqlite::memory:", pepper="p" * 32)
        adults = bonin.Verifier(v1, bonin.Policy(ADULTS), records=records)
        sign_up = bonin.Verifier(v2, bonin.Policy(SIGN_UP), registry=registry, records=records)
        for one in (v1, v2, registry, adults, sign_up):
            instrument(one, provider)
        print(server.server_port, flush=True)
        for number in range(ROUNDS):
            if ended.wait(0.1):
                break
            attempt(adults.verify, sandbox.verify("adult", api="v1"))
            attempt(adults.verify, sandbox.verify("minor", api="v1"))
            decision = attempt(sign_up.verify, sandbox.verify("adult"), subject=f"s{number}")
            if decision is not None and decision.reservation is not None:
                decision.reservation.commit(f"account-{number}")
                registry.release(f"account-{number}", rejoin_after_ms=0)
            attempt(sign_up.verify, sandbox.verify("test_channel"), subject=f"t{number}")
            attempt(sign_up.verify, "iv-nobody", subject="n")
            if number % 10 == 5:
                sandbox.fault("status", status=503, times=1)
                attempt(adults.verify, sandbox.verify("adult", api="v1"), timeout_ms=1_000)
            if number % 60 == 30:
                sandbox.fault("status", status=500, times=40)
                for _ in range(12):
                    attempt(v2.lookup, sandbox.verify("adult"), timeout_ms=500)
                sandbox.clear_faults()
            attempt(registry.ban, account_id="nobody")
            registry.count()


if __name__ == "__main__":
    main(sys.argv[1])
    os._exit(0)
