// The window: who is to be verified, and how it ends. Told by its address what the page asked for, it answers the page
// that opened it (popup) or goes back to it (redirect). Nothing from outside is ever put into the page but as text.
'use strict';

const asked = Object.fromEntries(new URLSearchParams(location.search));
const $ = (id) => document.getElementById(id);
const form = $('form');
const v1 = asked.api === 'v1';
const popup = asked.mode === 'popup';

let attempt; // {tx_id, canceled}, while it is open

function webAddress(text) {
  try {
    const address = new URL(text);
    return ['http:', 'https:'].includes(address.protocol) ? address : null;
  } catch {
    return null;
  }
}

async function operation(name, fields) {
  const response = await fetch(`/sandbox/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(fields),
  });
  const answer = await response.json();
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.error.message), { parameter: answer.error.parameter, isAnswer: true });
}

// ---- what is told to the page -----------------------------------------------------------------------------------------

/** Fields of V1's answer that its callback gets and a redirect does not. */
const CALLBACK_ONLY = ['pg_provider', 'pg_type'];

/** The redirect address with an answer in its query; a field without a value is left out. */
function addressWith(answer) {
  const address = webAddress(asked.redirect_url);
  if (!address) return undefined;
  for (const [name, value] of Object.entries(answer)) {
    if (value !== null && !CALLBACK_ONLY.includes(name)) address.searchParams.set(name, String(value));
  }
  return address.href;
}

/** A refusal as a redirect tells it: the page that asked is gone and cannot be rejected. */
function refusalInAddress(refused) {
  if (v1) return refused;
  return { transactionType: 'IDENTITY_VERIFICATION', identityVerificationId: asked.id, ...refused };
}

function tell(kind, answer, refused) {
  const address = addressWith(answer ?? refusalInAddress(refused));
  window.opener?.postMessage({ kind, call: asked.call, answer, refused, address }, asked.origin);
  return address;
}

function finish({ answer, refused }) {
  attempt = undefined;
  if (!popup) {
    notice('돌아가는 중입니다', '요청한 화면으로 돌아갑니다.');
    location.replace(addressWith(answer ?? refusalInAddress(refused)));
    return;
  }
  if (!window.opener || window.opener.closed) {
    return notice('요청한 화면이 없습니다', '창을 연 화면이 닫혀 결과를 전하지 못했습니다.', true);
  }
  tell('finished', answer, refused);
  window.close();
  notice('전달했습니다', '이 창은 닫아도 됩니다.', true);
}

// ---- what is shown ----------------------------------------------------------------------------------------------------

function notice(title, text, mayLeave = false) {
  form.hidden = true;
  $('notice-title').textContent = title;
  $('notice-text').textContent = text;
  $('leave').hidden = !mayLeave;
  $('notice').hidden = false;
  $('notice').focus();
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Providers as people read them; DANAL, which most personas have, is not named. */
const PROVIDERS = { INICIS_UNIFIED: '이니시스 통합인증', KCP_V2: 'KCP' };
const GENDERS = { male: '남성', female: '여성', other: '그 밖' };

function personaChoice({ name, ko, provider, channel_type: channel, person }, first) {
  const choice = element('label', 'persona');
  const input = element('input');
  Object.assign(input, { type: 'radio', name: 'persona', value: name, checked: first });
  const text = element('span', 'text');
  const facts = [person.birth_date, GENDERS[person.gender]].filter(Boolean).join(' · ');
  const head = element('span', 'head');
  head.append(element('strong', '', person.name ?? name), element('span', 'facts', facts));
  text.append(head, element('span', 'about', ko));
  if (channel === 'TEST') head.append(element('span', 'tag warn', '테스트 채널'));
  if (provider !== 'DANAL') head.append(element('span', 'tag', PROVIDERS[provider] ?? provider));
  choice.append(input, text);
  return choice;
}

/** Says how many personas are still below the buttons. */
function showMore() {
  const edge = $('actions').getBoundingClientRect().top;
  const hidden = [...$('personas').querySelectorAll('.persona')].filter((row) => row.getBoundingClientRect().top + 24 > edge);
  $('more').textContent = hidden.length ? `아래로 ${hidden.length}명 더` : '';
}

function showRequest() {
  const rows = [
    ['API', v1 ? 'V1 · IMP.certification' : 'V2 · requestIdentityVerification'],
    [v1 ? 'merchant_uid' : 'identityVerificationId', v1 ? asked.merchant_uid : asked.id],
    [v1 ? '가맹점 식별코드' : 'storeId', v1 ? asked.imp_code : asked.store_id],
    ['channelKey', asked.channel_key],
    ['customData', asked.custom_data],
    ['company', asked.company],
    ['요청한 곳', asked.origin],
    [v1 ? 'm_redirect_url' : 'redirectUrl', asked.redirect_url],
  ];
  for (const [name, value] of rows) {
    if (value) $('request').append(element('dt', '', name), element('dd', '', value));
  }
}

/** What the page already knows of the person. */
function prefill() {
  const carriers = { KTF: 'KT', LGT: 'LGU', LGU: 'LGU', SKT: 'SKT', KT: 'KT', MVNO: 'SKT_MVNO' };
  form.elements.name.value = asked.name ?? '';
  form.elements.phone.value = asked.phone ?? '';
  form.elements.birth_date.value = asked.birth_date ?? '';
  if (carriers[asked.carrier]) form.elements.carrier.value = carriers[asked.carrier];
  if (asked.gender?.toLowerCase() === 'male') form.elements.gender.value = 'male';
}

function switchWho() {
  const own = form.elements.who.value === 'person';
  $('personas').hidden = own;
  $('person').hidden = !own;
  showMore();
}

function problem(text, field) {
  for (const error of form.querySelectorAll('.error')) {
    const mine = error.id === `${field}-error`;
    error.textContent = mine ? text : '';
    const input = $(error.id.replace('-error', ''));
    input.toggleAttribute('aria-invalid', mine);
    if (mine) input.setAttribute('aria-invalid', 'true');
  }
  const known = field && $(`${field}-error`);
  $('problem').textContent = known ? '' : text;
  if (known) $(field).focus();
}

// ---- what is done -----------------------------------------------------------------------------------------------------

/** The person filled in, or null with the mistake shown. */
function filledIn() {
  const { name, birth_date: birth, phone, gender, foreigner, carrier } = form.elements;
  const digits = birth.value.replace(/\D/g, '');
  if (!name.value.trim()) return problem('이름을 입력해 주세요.', 'name');
  if (digits.length !== 8) return problem('생년월일 8자리를 입력해 주세요. 예: 1990-03-15', 'birth_date');
  const number = phone.value.replace(/\D/g, '');
  if (number.length < 10 || number.length > 11) return problem('휴대폰 번호를 숫자 10~11자리로 입력해 주세요.', 'phone');
  return {
    name: name.value.trim(),
    birth_date: `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`,
    gender: gender.value,
    foreigner: foreigner.value === 'true',
    phone: number,
    carrier: carrier.value,
  };
}

async function end(outcome) {
  const fields = { tx_id: attempt.tx_id, outcome };
  problem('');
  if (outcome === 'verified' && form.elements.who.value === 'person') {
    fields.person = filledIn();
    if (!fields.person) return;
  } else if (outcome === 'verified') {
    fields.persona = form.elements.persona.value;
  }
  const buttons = form.querySelectorAll('button');
  buttons.forEach((button) => (button.disabled = true));
  try {
    finish(await operation('close_window', fields));
  } catch (error) {
    buttons.forEach((button) => (button.disabled = false));
    if (error.parameter === 'person.birth_date') problem('달력에 있는 날짜를 입력해 주세요.', 'birth_date');
    else if (error.parameter === 'tx_id') problem('샌드박스가 이 요청을 잊었습니다. 창을 닫고 다시 시작해 주세요.');
    else problem('샌드박스에 닿지 못했습니다. 실행 중인지 확인해 주세요.');
  }
}

/** Why the page that opened this popup cannot be reached. */
function cutOff() {
  notice('창을 연 화면과 끊겼습니다', '', true);
  const code = (text) => element('code', '', text);
  const lines = [
    ['창을 연 페이지가 ', code('Cross-Origin-Opener-Policy: same-origin'), ' 헤더를 보냅니다. helmet과 Django의 기본값입니다.'],
    ['값을 ', code('same-origin-allow-popups'), '로 바꾸면 팝업이 결과를 전할 수 있습니다.'],
    ['헤더가 없다면 창을 연 화면이 닫혔거나, ', code('noopener'), '로 열린 창입니다. 아무 일도 하지 않았습니다.'],
  ];
  for (const parts of lines) {
    const line = element('span');
    line.append(...parts);
    $('notice-text').append(line);
  }
}

async function start() {
  if (!['v1', 'v2'].includes(asked.api) || !['popup', 'redirect'].includes(asked.mode)) {
    return notice('열어 둔 요청이 없습니다', '이 창은 샌드박스의 스크립트가 엽니다. 인증을 시작한 화면에서 다시 열어 주세요.');
  }
  if (asked.redirect_url ? !webAddress(asked.redirect_url) : !popup) {
    return notice('돌아갈 주소가 올바르지 않습니다', '리디렉션 주소는 http나 https로 시작해야 합니다. 아무 일도 하지 않았습니다.');
  }
  if (popup && !webAddress(asked.origin)) {
    return notice('요청한 곳을 알 수 없습니다', '결과를 전할 화면의 주소가 올바르지 않습니다. 아무 일도 하지 않았습니다.');
  }
  if (popup && !window.opener) return cutOff();
  const { api, id, store_id, imp_code, merchant_uid, channel_key, custom_data, customer_id, fixed_user, origin } = asked;
  const known = [['name'], ['phone'], ['birth_date', /^\d{4}-\d{2}-\d{2}$/]].filter(([field, form = /./]) => form.test(asked[field] ?? ''));
  const person = Object.fromEntries(known.map(([field]) => [field, asked[field]]));
  const [opened, { personas }] = await Promise.all([
    operation(
      'open_window',
      v1
        ? { api, imp_code, merchant_uid, channel_key, origin, person }
        : { api, id, store_id, channel_key, custom_data, customer_id, fixed_user, origin, person },
    ),
    operation('personas', {}),
  ]);
  if (opened.refused) return finish(opened);
  attempt = opened;
  if (popup) tell('opened', attempt.canceled);

  // Those who failed or never finished are what the buttons are for.
  const all = personas.filter(({ status }) => status === 'VERIFIED');
  $('personas').append(...all.map((persona, i) => personaChoice(persona, i === 0)));
  $('count').textContent = `${all.length}명`;
  if (popup) $('cancel').textContent = '취소하고 창 닫기';
  showRequest();
  prefill();
  if (asked.name || asked.phone) form.elements.who.value = 'person';
  form.hidden = false;
  switchWho();
}

form.addEventListener('change', ({ target }) => target.name === 'who' && switchWho());
window.addEventListener('scroll', showMore, { passive: true });
window.addEventListener('resize', showMore);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  end('verified');
});
form.addEventListener('click', ({ target }) => target.dataset.outcome && end(target.dataset.outcome));
$('leave').addEventListener('click', () => window.close());

// Left without a button: the attempt is over for the sandbox as well. The opener sees for itself that we are gone.
window.addEventListener('pagehide', () => {
  if (!attempt) return;
  const body = JSON.stringify({ tx_id: attempt.tx_id, outcome: 'canceled' });
  navigator.sendBeacon('/sandbox/close_window', body);
  attempt = undefined;
});
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

start().catch((error) => {
  if (error.isAnswer) return notice('샌드박스가 열지 않았습니다', error.message);
  notice('샌드박스에 닿지 못했습니다', '샌드박스가 실행 중인지 확인한 뒤 다시 열어 주세요.');
});
