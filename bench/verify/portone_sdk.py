"""PortOne's own SDK, V2, blocking calls from threads, as its page shows it."""

from measure import SETTINGS, measure_threads
from portone_server_sdk import PortOneClient
from portone_server_sdk.identity_verification import VerifiedIdentityVerification

portone = PortOneClient(secret=SETTINGS["apiSecret"], base_url=SETTINGS["url"]).identity_verification


def verify() -> None:
    verification = portone.get_identity_verification(identity_verification_id=SETTINGS["id"])
    if not isinstance(verification, VerifiedIdentityVerification):
        raise RuntimeError("denied")


measure_threads("portone-server-sdk (V2, threads)", verify)
