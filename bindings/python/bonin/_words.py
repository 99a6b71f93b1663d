"""Every text of the command line, in one place; docs/cli.md holds the two packages to the same words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .types import PresetName

PROGRAM = "bonin"
DESCRIPTION = "native identity verification through PortOne"

HELP_LOOKUP = "what PortOne says about an id, masked"
HELP_VERIFY = "the decision of a policy"
HELP_SANDBOX = "a PortOne of one's own, until Ctrl-C"
HELP_DEMO = "starts a sandbox inside the process and shows the main job on its personas"
HELP_POLICY_COMMAND = "policy documents: check, test"
HELP_POLICY_CHECK = "a policy document in plain words, and what is odd about it"
HELP_POLICY_TEST = "runs examples that a policy must decide as written"
HELP_REGISTRY_COMMAND = "registries: import, move, schema"
HELP_REGISTRY_IMPORT = "moves the people of a CSV file into a registry"
HELP_REGISTRY_MOVE = "moves everything of one registry into another with the same peppers"
HELP_REGISTRY_SCHEMA = "the SQL that makes the tables in PostgreSQL"
HELP_FILE = "a policy document"
HELP_ROWS = "comma-separated values; the first line names the columns: value, account, kind, provider, merchant"
HELP_STORE = "sqlite:PATH or postgresql://..., or env:NAME of a variable that holds it"
HELP_FROM = "the registry that is read, as --store"
HELP_TO = "the registry that takes it in, as --store"
HELP_PEPPER = "env:NAME or file:PATH, with ID= before it where it has an id; several, the newest first"
HELP_KIND = "of lines that say none: ci or di"
HELP_PROVIDER = "of lines that say none, such as DANAL"
HELP_MERCHANT = "of lines that say none: the pgMerchantId of V2"
HELP_ATTESTS = "a provider that bonin does not know and that you know to check what it gives"
HELP_ANY_VALUE = "takes values that do not look like a CI or DI"
HELP_REPORT = "what was left out, as CSV: line or person, and reason"
HELP_SCHEMA = "of the tables in PostgreSQL; bonin without it"
HELP_CASES = "a file of cases"
HELP_LANGUAGE = "one language; without it Korean, then English"
HELP_ID = "the id the browser received"
HELP_API = "which API to ask; without it, the one whose credentials are set"
HELP_TIMEOUT = "time limit of the whole call, in milliseconds"
HELP_JSON = "one line of JSON instead of text"
HELP_POLICY = "a policy document"
HELP_PRESET = "a preset, such as kr.youth_protection"
HELP_MERCHANT_UID = "what the verification must carry"
HELP_CUSTOM_DATA = "what the verification must carry"
HELP_PORT = "the port; without it any free one"
HELP_HOST = "where it listens; 127.0.0.1 without it"
HELP_ALLOW_REMOTE = "lets other machines in, who control it with the token"
HELP_TOKEN = "what they show: 16 to 200 characters; without it one is made up"
HELP_PUBLIC_URL = "where a browser reaches it, such as http://localhost:8180"
HELP_ENVIRONMENT = (
    "credentials come from the environment: BONIN_API_SECRET, BONIN_STORE_ID (V2), BONIN_IMP_KEY, BONIN_IMP_SECRET (V1), "
    "BONIN_BASE_URL"
)

NO_CREDENTIALS = "set BONIN_API_SECRET (V2), or BONIN_IMP_KEY and BONIN_IMP_SECRET (V1)"
NO_V1_CREDENTIALS = "set BONIN_IMP_KEY and BONIN_IMP_SECRET"
NO_V2_CREDENTIALS = "set BONIN_API_SECRET"
ONE_POLICY = "name one of --policy FILE and --preset NAME"

NO_VARIABLE = "the environment has no {name}"
NO_PEPPER = "name the pepper: --pepper env:NAME or file:PATH"
BAD_PEPPER = "--pepper takes env:NAME or file:PATH, with ID= before it where it has an id"
PROGRESS = "{rows} rows, {left_out} left out"
STOPPED = "stopped after {rows} rows; run the same command again to go on"
LEFT_OUT = "left out"
NO_REPORT = "the report cannot be written"

WHOLE_NUMBER = "must be a whole number"
NO_CASES = "the cases file cannot be read"
WARNING = "warning: {text}"
HASH = "hash: {hash}"

ALLOWED = "allowed · 허용"
DENIED = "denied · 거절"

SANDBOX_READY = "sandbox on {url} (V1 and V2); stop with Ctrl-C"
SANDBOX_STOPPED = "stopped"

DEMO_PRESET: PresetName = "kr.youth_protection"
DEMO_INTRODUCTION = "bonin demo: policy {policy}, sandbox on {url}"
DEMO_COLUMNS = ("persona", "api", "decision")
DEMO_ALLOWED = "allowed 허용"
DEMO_DENIED = "denied  거절"
DEMO_ERROR = "error"
