"""`bonin sandbox`: a PortOne of one's own, until Ctrl-C."""

from __future__ import annotations

import signal

from ..sandbox import Sandbox
from . import _words as words
from ._parse import Options
from ._terminal import ALLOWED


def run(options: Options) -> int:
    # Blocked and waited for: a signal that comes early is not lost, and a plain kill ends it like Ctrl-C.
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    with Sandbox(
        port=options["port"],
        host=options["host"],
        allow_remote=options["allow-remote"],
        token=options["token"],
        public_url=options["public-url"],
    ) as running:
        print(words.text("SANDBOX_READY", url=running.url))
        token = ' -H "Sandbox-Token: $BONIN_SANDBOX_TOKEN"' if running.token else ""
        below = (
            words.text("SANDBOX_PAGE", url=running.url),
            words.text("SANDBOX_CURL", url=running.url, token=token),
        )
        for name, value in (
            ("BONIN_BASE_URL", running.url),
            ("BONIN_IMP_KEY", running.imp_key),
            ("BONIN_IMP_SECRET", running.imp_secret),
            ("BONIN_API_SECRET", running.api_secret),
            ("BONIN_STORE_ID", running.store_id),
            ("BONIN_CHANNEL_KEY", running.channel_key),
            ("BONIN_V1_SCRIPT_URL", running.v1_script_url),
            ("BONIN_V2_SCRIPT_URL", running.v2_script_url),
            ("BONIN_SANDBOX_TOKEN", running.token),
        ):
            if value is not None:
                print(f"export {name}={value}", flush=True)
        print(*below, sep="\n", flush=True)
        signal.sigwait(stop)
    print(words.text("SANDBOX_STOPPED"), flush=True)
    return ALLOWED
