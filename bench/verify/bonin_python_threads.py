"""bonin from Python: blocking calls from threads, as a Flask application makes them."""

from measure import SETTINGS, measure_threads

import bonin

portone = bonin.PortOneV1(imp_key=SETTINGS["impKey"], imp_secret=SETTINGS["impSecret"], base_url=SETTINGS["url"])
verifier = bonin.Verifier(portone, bonin.Policy({"name": "bench", "rules": [{"fresh": {"within": "24h"}}]}))


def verify() -> None:
    if not verifier.verify(SETTINGS["impUid"]).allowed:
        raise RuntimeError("denied")


measure_threads("bonin Python (V1, threads)", verify)
