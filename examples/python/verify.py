"""The main job, blocking: a verification id in, a decision out."""

import os
import sys

import bonin


def main(identity_verification_id: str) -> int:
    portone = bonin.PortOneV2(
        api_secret=os.environ["BONIN_API_SECRET"],
        store_id=os.environ.get("BONIN_STORE_ID"),
        base_url=os.environ.get("BONIN_BASE_URL"),
    )
    with portone:
        verifier = bonin.Verifier(portone, bonin.Policy.preset("kr.youth_protection"))
        decision = verifier.verify(identity_verification_id)
    if decision.allowed:
        print("welcome", decision.verification.person)
        return 0
    for finding in decision.denials:
        print(finding.ko, "·", finding.en)
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2 or "BONIN_API_SECRET" not in os.environ:
        print("usage: BONIN_API_SECRET=... python verify.py IDENTITY_VERIFICATION_ID", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
