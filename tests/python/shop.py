"""What test_28_servers.py serves: `shop:flask_app` and `shop:fastapi_app`. Each answer names the process it is from."""

import os
from typing import Any

import bonin

verifier = bonin.Verifier(
    bonin.PortOneV2(api_secret=os.environ["BONIN_API_SECRET"], base_url=os.environ["BONIN_BASE_URL"]),
    bonin.Policy.preset("kr.youth_protection"),
)
if "SHOP_WARM" in os.environ:  # a call before the fork: its thread and connection are the parent's
    assert verifier.verify(os.environ["SHOP_WARM"]).allowed


def pid(_: Any) -> Any:
    return {"pid": os.getpid()}


def __getattr__(name: str) -> Any:
    import web

    app = {"flask_app": web.flask_app, "fastapi_app": web.fastapi_app}[name]
    return app([verifier], on_allowed=pid)
