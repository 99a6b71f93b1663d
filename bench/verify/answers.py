"""What PortOne says about one adult, in both APIs, as fixed texts: the sandbox is asked once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import bonin


@dataclass
class Answers:
    settings: dict[str, Any]  # the credentials, both ids and the V1 token, as a contender reads them
    bodies: dict[str, str]  # by path

    @classmethod
    def of_the_sandbox(cls) -> Answers:
        """The verifications are minutes old at most. The bench's policy allows a day."""
        with bonin.Sandbox() as sandbox:
            imp_uid, identity_verification = sandbox.verify("adult", api="v1"), sandbox.verify("adult", api="v2")
            keys = {"imp_key": sandbox.imp_key, "imp_secret": sandbox.imp_secret}
            token = _read(sandbox.url + "/users/getToken", {"Content-Type": "application/json"}, json.dumps(keys))
            bearer = json.loads(token)["response"]["access_token"]
            v1, v2 = f"/certifications/{imp_uid}", f"/identity-verifications/{identity_verification}"
            return cls(
                {
                    "impKey": sandbox.imp_key,
                    "impSecret": sandbox.imp_secret,
                    "apiSecret": sandbox.api_secret,
                    "impUid": imp_uid,
                    "id": identity_verification,
                    "bearer": bearer,
                },
                {
                    "/users/getToken": token,
                    v1: _read(sandbox.url + v1, {"Authorization": bearer}),
                    v2: _read(sandbox.url + v2, {"Authorization": f"PortOne {sandbox.api_secret}"}),
                },
            )


def _read(url: str, headers: dict[str, str], body: str | None = None) -> str:
    with urlopen(Request(url, None if body is None else body.encode(), headers)) as answer:
        return answer.read().decode()  # type: ignore[no-any-return]
