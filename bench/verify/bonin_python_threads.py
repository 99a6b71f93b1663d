"""bonin from Python: blocking calls from threads, as a Flask application makes them."""

from clients import verifiers, which
from measure import SETTINGS, measure_threads

TURN, ID = verifiers(SETTINGS), which(SETTINGS)


def verify() -> None:
    if not next(TURN).verify(ID).allowed:
        raise RuntimeError("denied")


measure_threads(f"bonin Python ({SETTINGS['api'].upper()}, threads)", verify)
