"""Made-up people whose verifications the registry's tests are about."""

from typing import Any

import bonin

PEPPER = "a pepper for tests, of 32 bytes and more"


class People:
    """Verifies people by their CI and DI."""

    def __init__(self, sandbox: bonin.Sandbox, v2: bonin.PortOneV2) -> None:
        self.sandbox, self.v2 = sandbox, v2

    def __call__(self, who: str, **person: Any) -> bonin.Verification:
        return self.v2.lookup(self.id(who, **person))

    def id(self, who: str, provider: str = "DANAL", **person: Any) -> str:
        keys = {"ci": f"CI-{who}".ljust(88, "="), "di": f"DI-{who}".ljust(64, "=")}
        return self.sandbox.verify({"name": who, "birth_date": "1990-05-17", **keys, **person}, provider=provider)
