"""The shop itself, without a web framework: who visits, who is a member. Flask and FastAPI serve it."""

import re
import secrets
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

from settings import Settings

import bonin

EXAMPLES = Path(__file__).resolve().parents[1]
PAGE = EXAMPLES / "page"
LOGIN_ID = re.compile(r"[a-z][a-z0-9]{3,15}")

Answer = Dict[str, Any]


class Visit:
    """One visitor's session."""

    def __init__(self) -> None:
        self.id = secrets.token_hex(16)
        self.reservation: Optional[bonin.Reservation] = None
        self.member: Optional[str] = None
        self.flash: Optional[Answer] = None  # what came of a redirect: told once


class Shop:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clients: List[Union[bonin.PortOneV1, bonin.PortOneV2]] = []
        if settings.api_secret:
            self.clients.append(
                bonin.PortOneV2(api_secret=settings.api_secret, store_id=settings.store_id, base_url=settings.url)
            )
        if settings.imp_key and settings.imp_secret:
            self.clients.append(
                bonin.PortOneV1(imp_key=settings.imp_key, imp_secret=settings.imp_secret, base_url=settings.url)
            )
        # The table of members: who holds which login id. Only keyed hashes of a person are in it.
        self.registry = bonin.Registry(settings.store, pepper=settings.pepper)
        # In this process's memory; a shop of several has a session store.
        self.visits: Dict[str, Visit] = {}

    def close(self) -> None:
        """When nobody is being served any more."""
        for portone in self.clients:
            portone.close()
        self.registry.close()
        if self.settings.sandbox:
            self.settings.sandbox.close()

    def verifiers(self, name: str) -> List[bonin.Verifier]:
        """One for each API, by the policy of that name."""
        policy = bonin.Policy.load(EXAMPLES / "policies" / f"{name}.json")
        return [bonin.Verifier(portone, policy, registry=self.registry) for portone in self.clients]

    def visit(self, cookie: Optional[str]) -> Tuple[Visit, bool]:
        """The visit of a cookie, or a new one; and whether it is new."""
        known = self.visits.get(cookie or "")
        if known:
            return known, False
        visit = Visit()
        self.visits[visit.id] = visit
        return visit, True

    def find_login_id(self, verification: bonin.Verification) -> Answer:
        login_id = self.registry.find(verification)
        return {"found": login_id and login_id[:2] + "*" * (len(login_id) - 3) + login_id[-1]}

    def open_account(self, visit: Visit, body: Any) -> Tuple[Answer, int]:
        reservation = visit.reservation  # read first: below, the member is written first
        if visit.member:
            return {"member": visit.member}, 200  # pressed twice
        if not reservation:
            return {"code": "not_verified"}, 409
        login_id = body.get("loginId") if isinstance(body, dict) else None
        if not isinstance(login_id, str) or not LOGIN_ID.fullmatch(login_id):
            return {"code": "invalid_login_id"}, 400
        claim = reservation.try_commit(login_id)
        if claim.reason == "other_person":
            return {"code": claim.reason}, 409  # somebody else's: choose another
        if claim.granted:
            visit.member = login_id
        visit.reservation = None
        return {"member": visit.member, "code": claim.reason}, 200 if claim.granted else 409

    def leave(self, visit: Visit) -> Answer:
        # First: pressed twice, the second must not release what is somebody else's by then.
        member, visit.member = visit.member, None
        try:
            if member:
                self.registry.release(member, rejoin_after_ms=0)
        except bonin.BoninError:
            visit.member = member
            raise
        return {}

    def state(self, visit: Visit) -> Answer:
        """What the page shows."""
        flash, visit.flash = visit.flash, None
        until = int(visit.reservation.expires_at.timestamp() * 1000) if visit.reservation else 0
        scripts, imp_code = self.settings.scripts, self.settings.imp_code
        return {
            "sandbox": self.settings.sandbox is not None,
            "portone": {p.api: {"script": scripts[p.api], "impCode": imp_code} for p in self.clients},
            "member": visit.member,
            "verified": until > time.time() * 1000,
            "until": until,
            "flash": flash,
        }
