'use strict';
// Every text of the command line, in one place; docs/cli.md holds the two packages to the same words.

module.exports = {
  DESCRIPTION: 'native identity verification through PortOne',
  COMMANDS: [
    ['lookup ID', 'what PortOne says about an id, masked'],
    ['verify ID', 'the decision of a policy'],
    ['policy check FILE', 'a policy document in plain words, and what is odd about it'],
    ['policy test CASES', 'runs examples that a policy must decide as written'],
    ['registry import FILE', 'moves the people of a CSV file into a registry'],
    ['registry move', 'moves everything of one registry into another with the same peppers'],
    ['registry schema', 'the SQL that makes the tables in PostgreSQL'],
    ['sandbox', "a PortOne of one's own, until Ctrl-C"],
    ['demo', 'starts a sandbox inside the process and shows the main job on its personas'],
    ['build', 'builds the native addon of this package from source'],
  ],
  OPTIONS: [
    ['--api v1|v2', 'lookup, verify: which API to ask; without it, the one whose credentials are set'],
    ['--timeout-ms N', 'lookup, verify: time limit of the whole call, in milliseconds'],
    ['--json', 'lookup, verify: one line of JSON instead of text'],
    ['--policy FILE', 'verify: a policy document'],
    ['--preset NAME', 'verify: a preset, such as kr.youth_protection'],
    ['--merchant-uid TEXT', 'verify: what the verification must carry'],
    ['--custom-data TEXT', 'verify: what the verification must carry'],
    ['--language ko|en', 'policy check: one language; without it Korean, then English'],
    ['--store URL', 'registry import: sqlite:PATH or postgresql://..., or env:NAME of a variable that holds it'],
    ['--from URL, --to URL', 'registry move: the registry that is read, and the one that takes it in, as --store'],
    ['--pepper KEY', 'registry import, move: env:NAME or file:PATH, with ID= before it where it has an id; several, the newest first'],
    ['--kind ci|di', 'registry import: of lines that say none'],
    ['--provider NAME', 'registry import: of lines that say none, such as DANAL'],
    ['--merchant ID', 'registry import: of lines that say none: the pgMerchantId of V2'],
    ['--attests NAME', 'registry import: a provider that bonin does not know and that you know to check what it gives'],
    ['--any-value', 'registry import: takes values that do not look like a CI or DI'],
    ['--report FILE', 'registry import, move: what was left out, as CSV: line or person, and reason'],
    ['--schema NAME', 'registry import, schema (move: --from-schema, --to-schema): of the tables in PostgreSQL; bonin without it'],
    ['--port N', 'sandbox: the port; without it any free one'],
    ['--host ADDRESS', 'sandbox: where it listens; 127.0.0.1 without it'],
    ['--allow-remote', 'sandbox: lets other machines in, who control it with the token'],
    ['--token TEXT', 'sandbox: what they show: 16 to 200 characters; without it one is made up'],
    ['--public-url URL', 'sandbox: where a browser reaches it, such as http://localhost:8180'],
    ['--version', 'the version of bonin and of the libraries it runs with'],
  ],
  HELP_ENVIRONMENT:
    'credentials come from the environment: BONIN_API_SECRET, BONIN_STORE_ID (V2), BONIN_IMP_KEY, BONIN_IMP_SECRET (V1), ' +
    'BONIN_BASE_URL',

  NO_CREDENTIALS: 'set BONIN_API_SECRET (V2), or BONIN_IMP_KEY and BONIN_IMP_SECRET (V1)',
  NO_V1_CREDENTIALS: 'set BONIN_IMP_KEY and BONIN_IMP_SECRET',
  NO_V2_CREDENTIALS: 'set BONIN_API_SECRET',
  ONE_POLICY: 'name one of --policy FILE and --preset NAME',

  noVariable: (name) => `the environment has no ${name}`,
  NO_PEPPER: 'name the pepper: --pepper env:NAME or file:PATH',
  BAD_PEPPER: '--pepper takes env:NAME or file:PATH, with ID= before it where it has an id',
  progress: (rows, leftOut) => `${rows} rows, ${leftOut} left out`,
  stopped: (rows) => `stopped after ${rows} rows; run the same command again to go on`,
  LEFT_OUT: 'left out',
  NO_REPORT: 'the report cannot be written',

  NO_CASES: 'the cases file cannot be read',
  warning: (text) => `warning: ${text}`,
  hash: (hash) => `hash: ${hash}`,

  ALLOWED: 'allowed · 허용',
  DENIED: 'denied · 거절',

  sandboxReady: (url) => `sandbox on ${url} (V1 and V2); stop with Ctrl-C`,
  SANDBOX_STOPPED: 'stopped',

  DEMO_PRESET: 'kr.youth_protection',
  demoIntroduction: (policy, url) => `bonin demo: policy ${policy}, sandbox on ${url}`,
  DEMO_COLUMNS: ['persona', 'api', 'decision'],
  DEMO_ALLOWED: 'allowed 허용',
  DEMO_DENIED: 'denied  거절',
  DEMO_ERROR: 'error',
};
