"""bonin: who is this person, and may they?

    portone = bonin.PortOneV2(api_secret=secret)
    verifier = bonin.Verifier(portone, bonin.Policy.preset("kr.youth_protection"))
    decision = verifier.verify(identity_verification_id)
    if decision.allowed: ...

Importing does no work and starts no thread. Every blocking call has an awaitable twin whose name begins with `a`.
`bonin.types` has the words and the dicts of the calls, for annotations.
"""

from ._native import (
    NO_DATE,
    NO_TIME,
    UNREADABLE_DATE,
    Attribute,
    Channel,
    Decision,
    Failure,
    Finding,
    Judged,
    Person,
    Policy,
    PolicyCaseReport,
    PolicyCaseResult,
    PolicyFile,
    PortOne,
    PortOneV1,
    PortOneV2,
    Proofs,
    Registry,
    Reservation,
    RuleName,
    Verification,
    Verifier,
    new_id,
    policy_diff,
    run_policy_cases,
    run_policy_cases_file,
    runtime_versions,
)
from ._native import version as _version
from .errors import (
    BoninError,
    Cancelled,
    ClaimRefused,
    Closed,
    Conflict,
    ConnectionFailed,
    Denied,
    Draining,
    Forbidden,
    InsecureUrl,
    InternalError,
    InvalidArgument,
    InvalidId,
    InvalidPepper,
    InvalidPolicy,
    InvalidTimeout,
    MismatchedAnswer,
    MissingCredentials,
    NotFound,
    OutcomeUnknown,
    Overloaded,
    ProviderFailed,
    RedirectRefused,
    Rejected,
    StoreBusy,
    StoreCorrupt,
    StoreFailed,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
    Throttled,
    TimedOut,
    TlsFailed,
    Unauthorized,
    Unavailable,
    UnreadableAnswer,
)

TYPE_CHECKING = False  # typing's own takes longer to import than all of bonin
if TYPE_CHECKING:
    from ._age import age
    from ._browser import browser_script
    from ._check import Check, CheckReport
    from ._column_warnings import ColumnsWarning
    from ._compare import ChangedRows, Comparison, RuleChange
    from ._decisions import Decisions, RuleCount
    from ._doctor import DoctorCheck, DoctorReport, doctor
    from ._flow import Flow, OtpSent
    from ._import import ImportConflict, ImportReport
    from ._judged import JudgedCounts
    from ._proof import Proof
    from ._registry import (
        Admission,
        Claim,
        Counts,
        PepperCount,
        PersonKey,
        PersonPage,
        PersonRecord,
        Reserved,
        StoredKey,
    )
    from .sandbox import Sandbox

# What an importer may not need, and where it comes from when it is first named.
_LATER = {
    "_browser": ("browser_script",),
    "_check": ("Check", "CheckReport"),
    "_age": ("age",),
    "_column_warnings": ("ColumnsWarning",),
    "_compare": ("ChangedRows", "Comparison", "RuleChange"),
    "_decisions": ("Decisions", "RuleCount"),
    "_doctor": ("DoctorCheck", "DoctorReport", "doctor"),
    "_flow": ("Flow", "OtpSent"),
    "_import": ("ImportConflict", "ImportReport"),
    "_judged": ("JudgedCounts",),
    "_proof": ("Proof",),
    "_registry": (
        "Admission",
        "Claim",
        "Counts",
        "PepperCount",
        "PersonKey",
        "PersonPage",
        "PersonRecord",
        "Reserved",
        "StoredKey",
    ),
    "sandbox": ("Sandbox",),
}

__version__: str = _version()

__all__ = [
    "NO_DATE",
    "NO_TIME",
    "UNREADABLE_DATE",
    "Admission",
    "Attribute",
    "BoninError",
    "Cancelled",
    "ChangedRows",
    "Channel",
    "Check",
    "CheckReport",
    "Claim",
    "ClaimRefused",
    "Closed",
    "ColumnsWarning",
    "Comparison",
    "Conflict",
    "ConnectionFailed",
    "Counts",
    "Decision",
    "Decisions",
    "Denied",
    "DoctorCheck",
    "DoctorReport",
    "Draining",
    "Failure",
    "Finding",
    "Flow",
    "Forbidden",
    "ImportConflict",
    "ImportReport",
    "InsecureUrl",
    "InternalError",
    "InvalidArgument",
    "InvalidId",
    "InvalidPepper",
    "InvalidPolicy",
    "InvalidTimeout",
    "Judged",
    "JudgedCounts",
    "MismatchedAnswer",
    "MissingCredentials",
    "NotFound",
    "OtpSent",
    "OutcomeUnknown",
    "Overloaded",
    "PepperCount",
    "Person",
    "PersonKey",
    "PersonPage",
    "PersonRecord",
    "Policy",
    "PolicyCaseReport",
    "PolicyCaseResult",
    "PolicyFile",
    "PortOne",
    "PortOneV1",
    "PortOneV2",
    "Proof",
    "Proofs",
    "ProviderFailed",
    "RedirectRefused",
    "Registry",
    "Rejected",
    "Reservation",
    "Reserved",
    "RuleChange",
    "RuleCount",
    "RuleName",
    "Sandbox",
    "StoreBusy",
    "StoreCorrupt",
    "StoreFailed",
    "StoreFull",
    "StoreReadOnly",
    "StoreUnavailable",
    "StoredKey",
    "Throttled",
    "TimedOut",
    "TlsFailed",
    "Unauthorized",
    "Unavailable",
    "UnreadableAnswer",
    "Verification",
    "Verifier",
    "age",
    "browser_script",
    "doctor",
    "new_id",
    "policy_diff",
    "run_policy_cases",
    "run_policy_cases_file",
    "runtime_versions",
]

if not TYPE_CHECKING:  # a checker would take any name for an attribute

    def __getattr__(name):
        for module, names in _LATER.items():
            if name in names or name == module:
                from importlib import import_module

                found = import_module(f"{__name__}.{module}")
                if name != module:
                    found = globals()[name] = getattr(found, name)
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})
