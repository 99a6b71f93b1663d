// The page at `/`: where the sandbox is, who is in it, and what it is asked. Nothing of it is put into the page but as
// text. It asks every two seconds while somebody looks at it.
'use strict';

const $ = (id) => document.getElementById(id);
const SHOWN = 30;
const EVERY_MS = 2000;

const EN = {
  badge: 'sandbox',
  title: 'A PortOne of your own',
  lead: 'It stands in for the identity verification APIs of PortOne, V1 and V2. Its people are made up, and its keys are no secrets. Nothing is sent to PortOne or to a carrier.',
  gate: 'From another machine this page needs the token that was printed when the sandbox started (`BONIN_SANDBOX_TOKEN`).',
  open: 'Open',
  keys: 'Address and keys',
  copy_all: 'Copy all',
  copy: 'Copy',
  copied: 'Copied',
  try: 'Try it',
  try_curl: 'Makes a finished verification and answers its id.',
  try_python: 'Decides in Python.',
  try_node: 'Decides in Node.',
  personas: 'Personas',
  personas_about: 'A button makes a finished verification of this persona and shows its id.',
  log: 'Last requests',
  time: 'Time',
  request: 'Request',
  status: 'Status',
  auth: 'Authorization',
  empty: 'No requests yet. Run the code above, and they appear here at once.',
  count: (total) => `${total} in all`,
  made: (name, api) => `${name}, ${api.toUpperCase()}: `,
  gone: 'The sandbox does not answer.',
  make: (name, api) => `Make an id of ${name} in ${api.toUpperCase()}`,
};
const KO = {
  copied: '복사됨',
  count: (total) => `모두 ${total}건`,
  made: (name, api) => `${name}, ${api.toUpperCase()}: `,
  gone: '샌드박스가 응답하지 않습니다.',
  make: (name, api) => `${name}의 ${api.toUpperCase()} ID 만들기`,
};
for (const one of document.querySelectorAll('[data-t]')) KO[one.dataset.t] = one.textContent;

let language = navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';
let token = '';
let info;
let people = [];
let lastId;
let lastTotal = -1;

const said = (key, ...values) => {
  const found = (language === 'ko' ? KO : EN)[key];
  return typeof found === 'function' ? found(...values) : found;
};

const made = (tag, text = '', properties = {}) => Object.assign(document.createElement(tag), { textContent: text }, properties);

async function operation(name, fields) {
  const headers = token === '' ? {} : { 'Sandbox-Token': token };
  const options = fields === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(fields) };
  const response = await fetch(`/sandbox/${name}`, options);
  const answer = await response.json();
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.error.message), { status: response.status });
}

/** The clipboard is there on https and on loopback alone. */
async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = made('textarea', text);
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  button.textContent = said('copied');
  setTimeout(() => (button.textContent = said(button.dataset.t ?? 'copy')), 1500);
}

function copyButton(text, label) {
  const button = made('button', said('copy'), { type: 'button' });
  button.setAttribute('aria-label', `${said('copy')}: ${label}`);
  button.addEventListener('click', () => copy(button, text));
  return button;
}

// ---- what is shown --------------------------------------------------------------------------------------------------

const variables = () => ({
  BONIN_BASE_URL: info.url,
  BONIN_API_SECRET: info.api_secret,
  BONIN_STORE_ID: info.store_id,
  BONIN_IMP_KEY: info.imp_key,
  BONIN_IMP_SECRET: info.imp_secret,
  channelKey: info.channel_key,
  BONIN_V1_SCRIPT_URL: info.v1_script_url,
  BONIN_V2_SCRIPT_URL: info.v2_script_url,
});

function showKeys() {
  $('keys').replaceChildren(
    ...Object.entries(variables()).map(([name, value]) => {
      const row = document.createElement('div');
      const shown = document.createElement('dd');
      shown.append(made('span', value), copyButton(value, name));
      row.append(made('dt', name), shown);
      return row;
    }),
  );
}

function showCode() {
  const id = lastId ?? 'ID';
  const header = token === '' ? '' : ' -H "Sandbox-Token: $BONIN_SANDBOX_TOKEN"';
  $('curl').textContent = `curl -s ${info.url}/sandbox/verify${header} \\\n  -d '{"persona": "adult", "api": "v2"}'`;
  $('python').textContent = [
    'import bonin',
    '',
    'portone = bonin.PortOneV2(',
    `    api_secret="${info.api_secret}",`,
    `    store_id="${info.store_id}",`,
    `    base_url="${info.v2_url}",`,
    ')',
    'policy = bonin.Policy.preset("kr.youth_protection")',
    'verifier = bonin.Verifier(portone, policy)',
    `print(verifier.verify("${id}"))`,
  ].join('\n');
  $('node').textContent = [
    "const { PortOneV2, Policy, Verifier } = require('bonin');",
    '',
    'const portone = new PortOneV2({',
    `  apiSecret: '${info.api_secret}',`,
    `  storeId: '${info.store_id}',`,
    `  baseUrl: '${info.v2_url}',`,
    '});',
    "const policy = Policy.preset('kr.youth_protection');",
    'const verifier = new Verifier(portone, policy);',
    `verifier.verify('${id}')`,
    '  .then(console.log)',
    '  .finally(() => portone.close());',
  ].join('\n');
}

async function make(name, api) {
  const line = $('made');
  try {
    const { id } = await operation('verify', { persona: name, api });
    if (api === 'v2') lastId = id;
    line.replaceChildren(said('made', name, api), made('code', id), ' ', copyButton(id, 'id'));
    showCode();
  } catch (error) {
    line.replaceChildren(made('span', error.message, { className: 'bad' }));
  }
}

function showPersonas() {
  $('personas').replaceChildren(
    ...people.map((persona) => {
      const item = document.createElement('li');
      const buttons = made('div', '', { className: 'make' });
      for (const api of ['v1', 'v2']) {
        const button = made('button', api.toUpperCase(), { type: 'button' });
        button.setAttribute('aria-label', said('make', persona.name, api));
        button.addEventListener('click', () => make(persona.name, api));
        buttons.append(button);
      }
      const facts = [persona.provider, persona.channel_type, persona.status].filter(Boolean).join(' · ');
      item.append(made('strong', persona.name), made('span', persona[language]), made('span', facts, { className: 'facts' }), buttons);
      return item;
    }),
  );
}

function showRequests({ total, requests }) {
  $('count').textContent = said('count', total);
  $('empty').hidden = requests.length > 0;
  $('log').replaceChildren(
    ...requests.reverse().map((one) => {
      const row = document.createElement('tr');
      const status = one.status === 0 ? '—' : String(one.status);
      row.append(
        made('td', new Date(one.at_ms).toLocaleTimeString(language, { hour12: false })),
        made('td', `${one.method} ${one.path}`),
        made('td', status, { className: one.status >= 200 && one.status < 400 ? 'good' : 'bad' }),
        made('td', one.authorization ?? ''),
      );
      return row;
    }),
  );
}

function showLanguage() {
  document.documentElement.lang = language;
  for (const one of document.querySelectorAll('[data-t]')) one.textContent = said(one.dataset.t);
  $('language').textContent = language === 'ko' ? 'English' : '한국어';
  $('language').lang = language === 'ko' ? 'en' : 'ko';
  if (info === undefined) return;
  showKeys();
  showPersonas();
  lastTotal = -1;
}

// ---- asking ---------------------------------------------------------------------------------------------------------

async function look() {
  if (document.hidden || info === undefined) return;
  try {
    const answer = await operation(`requests?limit=${SHOWN}`);
    if (answer.total !== lastTotal) showRequests(answer);
    lastTotal = answer.total;
  } catch {
    $('count').textContent = said('gone');
    lastTotal = -1;
  }
}

async function open() {
  try {
    info = await operation('info');
    people = (await operation('personas')).personas;
  } catch (error) {
    info = undefined;
    $('gate').hidden = error.status !== 403;
    $('problem').textContent = error.message;
    return;
  }
  $('gate').hidden = true;
  $('main').hidden = false;
  showLanguage();
  showCode();
  await look();
}

$('language').addEventListener('click', () => {
  language = language === 'ko' ? 'en' : 'ko';
  showLanguage();
  look();
});
$('gate').addEventListener('submit', (event) => {
  event.preventDefault();
  token = $('token').value.trim();
  open();
});
$('copy-keys').addEventListener('click', (event) => {
  const lines = Object.entries(variables()).filter(([name]) => name.startsWith('BONIN_'));
  copy(event.currentTarget, lines.map(([name, value]) => `export ${name}=${value}\n`).join(''));
});
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', () => copy(button, $(button.dataset.copy).textContent));
}
document.addEventListener('visibilitychange', look);
setInterval(look, EVERY_MS);

showLanguage();
open();
