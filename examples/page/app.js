// The page of the three examples: shows where this visit stands (GET /state), lets `bonin.verifyIdentity` run PortOne's window,
// and says what came of it.
import { clearNotices, showNotice, wordsFor } from './notice.js';
import { loadScript } from './script.js';

const $ = (id) => document.getElementById(id);
const views = [...document.querySelectorAll('[data-view]')];
const steps = [...document.querySelectorAll('[data-step]')];
const LOGIN_ID = /^[a-z][a-z0-9]{3,15}$/;
const PATHS = { v1: '/certifications', v2: '/identity-verifications' };
const STEPS = { begin: '준비하고 있어요', window: '본인인증 창에서 이어 주세요', finish: '확인하고 있어요' };

let state; // what the shop's server said last
let found; // the masked login id, while it is shown

// ---- the shop's server ------------------------------------------------------------------------------------------------

/** What the server answers, refusals included. Throws when it cannot be reached or makes no sense. */
async function ask(path, body) {
  const response = await fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: body ? { 'Content-Type': 'application/json', Accept: 'application/json' } : {},
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  return { ok: response.ok, ...(await response.json()) };
}

/** One press, one run: the button waits, keeps its place and its focus. */
function onPress(button, event, run) {
  const words = button.textContent;
  button.form?.addEventListener('submit', (submitted) => submitted.preventDefault());
  (button.form ?? button).addEventListener(event, async () => {
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = 'true';
    clearNotices();
    try {
      await run((text) => (button.textContent = text));
    } catch {
      showNotice(noticeOf(button), wordsFor({ code: 'offline' }));
    } finally {
      button.ariaDisabled = 'false';
      button.textContent = words;
    }
  });
}

const noticeOf = (button) => $(button.id.replace('button', 'notice'));

// ---- what is shown ----------------------------------------------------------------------------------------------------

function viewNow() {
  if (location.hash === '#recover') return found ? 'found' : 'recover';
  if (state.member) return location.hash === '#shelf' ? 'shelf' : 'member';
  return state.verified ? 'choose' : 'verify';
}

/** Shows the view that fits. `move`: the visitor did something, so the focus goes along. */
function render({ move = false } = {}) {
  const view = state ? viewNow() : 'down';
  for (const section of views) section.hidden = section.dataset.view !== view;
  const at = steps.findIndex((step) => step.dataset.step === view);
  $('steps').hidden = at < 0;
  steps.forEach((step, i) => {
    step.toggleAttribute('data-done', i < at);
    step.ariaCurrent = i === at ? 'step' : null;
  });
  for (const link of document.querySelectorAll('[data-nav]')) {
    link.ariaCurrent = (link.dataset.nav === 'recover') === (location.hash === '#recover') ? 'page' : null;
  }
  $('member-id').textContent = state?.member ?? '';
  $('found-id').textContent = found ?? '';
  $('choose-until').textContent = state?.verified ? `${clockTime(state.until)}까지 아이디를 정하면 돼요.` : '';
  const title = $(`${view}-title`);
  document.title = `${title.textContent} · 여울술상`;
  if (move) title.focus();
}

const clockTime = (ms) => new Date(ms).toLocaleTimeString('ko-KR', { hour: 'numeric', minute: '2-digit' });

/** Asks the server where this visit stands. `flash` is what came of a redirect, told once. */
async function refresh(options) {
  state = await ask('/state');
  const { flash } = state;
  if (flash?.found) found = flash.found;
  render(options);
  if (!flash || state.member) return;
  const place = $(`${viewNow()}-notice`);
  if (flash.found === null) showNotice(place, wordsFor({ code: 'no_account' }));
  else if (!flash.allowed) showNotice(place, wordsFor(flash, flash.code === 'unavailable' ? flash.again : undefined));
}

// ---- what the visitor does --------------------------------------------------------------------------------------------

/** What the demo's settings make of PortOne's request: `auto` redirects a phone, and opens a popup elsewhere. */
function windowOf(api, redirectUrl, kind) {
  if (api === 'v1') return { m_redirect_url: redirectUrl, ...(kind !== 'auto' && { popup: kind === 'popup' }) };
  const type = { popup: 'POPUP', redirect: 'REDIRECTION' }[kind];
  return { redirectUrl, ...(type && { windowType: { pc: type, mobile: type } }) };
}

/** Verifies for `/sign-up` or `/recover`. */
const verifyFor = (where, notice) => async (say) => {
  const api = $('demo-api').value;
  const base = where + PATHS[api];
  const { script, impCode } = state.portone[api];
  await loadScript(script);
  const answer = await window.bonin.verifyIdentity({
    begin: `${base}/begin`,
    impCode,
    request: windowOf(api, `${location.origin}${base}/redirect`, $('demo-window').value),
    onStep: (step) => say(STEPS[step]),
  });
  await conclude(answer, notice);
};

/** When the server could not decide, the same result may be sent again: nobody has to verify twice. */
async function conclude(answer, notice) {
  const again = answer.retry && (async () => conclude(await answer.retry(), notice));
  if (!answer.allowed) return showNotice(notice, wordsFor(answer, again));
  clearNotices();
  if (answer.found === null) return showNotice(notice, wordsFor({ code: 'no_account' }));
  found = answer.found;
  await refresh({ move: true });
}

async function choose(say) {
  const input = $('login-id');
  const refuse = (code) => {
    input.ariaInvalid = 'true';
    showNotice($('choose-notice'), wordsFor({ code }), { focus: false });
    input.focus();
  };
  input.ariaInvalid = null;
  if (!LOGIN_ID.test(input.value)) return refuse('invalid_login_id');
  say('가입하고 있어요');
  const answer = await ask('/account', { loginId: input.value });
  if (answer.code === 'other_person' || answer.code === 'invalid_login_id') return refuse(answer.code);
  await refresh({ move: answer.ok });
  if (!answer.ok) showNotice($(`${viewNow()}-notice`), wordsFor(answer));
}

async function leave(say) {
  say('탈퇴하고 있어요');
  const answer = await ask('/leave', {});
  if (!answer.ok) return showNotice($('member-notice'), wordsFor(answer));
  $('login-id').value = '';
  await refresh({ move: true });
  showNotice($('verify-notice'), wordsFor({ code: 'left' }));
}

// ---- the demo's own settings ------------------------------------------------------------------------------------------

/** `?api=v1&window=redirect`, or the selects below the page; kept while the browser is away at PortOne's. */
function demoSettings() {
  const query = new URLSearchParams(location.search);
  for (const name of ['api', 'window']) {
    const select = $(`demo-${name}`);
    const wanted = query.get(name) ?? sessionStorage.getItem(name);
    if ([...select.options].some(({ value }) => value === wanted)) select.value = wanted;
    const keep = () => sessionStorage.setItem(name, select.value);
    keep();
    select.addEventListener('change', keep);
  }
}

function afterFirstState() {
  for (const option of $('demo-api').options) option.disabled = !state.portone[option.value];
  if ($('demo-api').selectedOptions[0].disabled) $('demo-api').value = Object.keys(state.portone)[0];
  $('demo-sandbox').textContent = state.sandbox ? '샌드박스에 연결됨' : '';
  loadScript(state.portone[$('demo-api').value].script);
}

onPress($('verify-button'), 'click', verifyFor('/sign-up', $('verify-notice')));
onPress($('recover-button'), 'click', verifyFor('/recover', $('recover-notice')));
onPress($('choose-button'), 'submit', choose);
onPress($('leave-button'), 'leave', leave);
$('leave-button').addEventListener('click', () => {
  $('leave-dialog').returnValue = '';
  $('leave-dialog').showModal();
});
$('leave-dialog').addEventListener('close', ({ target }) => {
  if (target.returnValue === 'leave') $('leave-button').dispatchEvent(new Event('leave'));
});
$('reload-button').addEventListener('click', () => location.reload());
window.addEventListener('hashchange', () => {
  clearNotices();
  if (location.hash !== '#recover') found = undefined;
  render({ move: true });
});
// Back from PortOne's window by the back button: the page stands as it was left, in the middle of something.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

demoSettings();
refresh().then(afterFirstState, () => render());
