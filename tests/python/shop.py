"""What test_28_servers.py serves: `shop:flask_app`, `shop:own_store_app` (which asks a store of the application's own as well),
`shop:fastapi_app`, `shop:django_app` and `shop:django_async_app`. Each answer names the process it is from."""

import os
import time
from typing import Any

from persons import PEPPER

import bonin

verifier = bonin.Verifier(
    bonin.PortOneV2(
        api_secret=os.environ["BONIN_API_SECRET"],
        store_id=os.environ["BONIN_STORE_ID"],
        base_url=os.environ["BONIN_BASE_URL"],
    ),
    bonin.Policy.preset("kr.youth_protection"),
)
if os.environ.get("SHOP_WARM"):  # a call before the fork: its thread and connection are the parent's
    assert verifier.verify(os.environ["SHOP_WARM"]).allowed


def pid(_: Any) -> Any:
    return {"pid": os.getpid()}


class Users:
    def find(self, keys: Any) -> Any:
        time.sleep(0.001)  # under gevent and eventlet the patched one

    def claim(self, keys: Any, account_id: str) -> Any:
        return "created"


registry = bonin.Registry(own_store=Users(), pepper=PEPPER, timeout_ms=60_000)


def known(decision: bonin.Decision) -> Any:
    assert registry.find(decision.verification) is None
    return pid(decision)


def __getattr__(name: str) -> Any:
    import web

    if name == "own_store_app":
        return web.flask_app([verifier], on_allowed=known)
    if name in ("django_app", "django_async_app"):
        made = web.django_app([verifier], asynchronous=name == "django_async_app", on_allowed=pid)
        return made.wsgi if name == "django_app" else made
    app = {"flask_app": web.flask_app, "fastapi_app": web.fastapi_app}[name]
    return app([verifier], on_allowed=pid)
