"""Who the shop is to PortOne: as the environment says, or a sandbox in this process."""

import os
import secrets
from dataclasses import dataclass
from typing import Dict, Optional

import bonin

PORTONE = {"v1": "https://cdn.iamport.kr/v1/iamport.js", "v2": "https://cdn.portone.io/v2/browser-sdk.js"}


@dataclass(frozen=True, repr=False)
class Settings:
    api_secret: Optional[str]
    store_id: Optional[str]
    imp_key: Optional[str]
    imp_secret: Optional[str]
    imp_code: Optional[str]
    channel_key: Optional[str]
    url: Optional[str]
    scripts: Dict[str, str]
    store: str
    pepper: str
    sandbox: Optional[bonin.Sandbox] = None


def scripts_of(url: str) -> Dict[str, str]:
    """The same scripts, of a sandbox: their address is all that changes for the page."""
    return {"v1": f"{url}/v1/iamport.js", "v2": f"{url}/v2/browser-sdk.js"}


def read_settings() -> Settings:
    env = os.environ.get
    if env("BONIN_API_SECRET") or env("BONIN_IMP_KEY"):
        url = env("BONIN_BASE_URL")
        return Settings(
            api_secret=env("BONIN_API_SECRET"),
            store_id=env("BONIN_STORE_ID"),
            imp_key=env("BONIN_IMP_KEY"),
            imp_secret=env("BONIN_IMP_SECRET"),
            imp_code=env("BONIN_IMP_CODE"),
            channel_key=env("BONIN_CHANNEL_KEY"),
            url=url,
            scripts=scripts_of(url) if url else PORTONE,
            store=env("BONIN_STORE", "sqlite:shop.db"),
            pepper="env:BONIN_PEPPER",  # openssl rand -base64 48
        )
    sandbox = bonin.Sandbox()
    return Settings(
        api_secret=sandbox.api_secret,
        store_id=sandbox.store_id,
        imp_key=sandbox.imp_key,
        imp_secret=sandbox.imp_secret,
        imp_code=sandbox.control("info")["imp_code"],
        channel_key=sandbox.channel_key,
        url=sandbox.url,
        scripts=scripts_of(sandbox.url),
        store="sqlite::memory:",
        pepper=secrets.token_hex(32),
        sandbox=sandbox,
    )
