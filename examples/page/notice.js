// What is said next to a button: a title, the reasons, and what can be done about it.

/** Titles by what was found, the weightiest first: whose verification it is comes before what it says. */
const FINDINGS = {
  foreign: '본인인증을 다시 해 주세요',
  expired: '본인인증을 다시 해 주세요',
  used: '본인인증을 다시 해 주세요',
  stale: '본인인증을 다시 해 주세요',
  too_young: '아직 가입할 수 없어요',
  banned: '가입이 제한되어 있어요',
  too_soon: '아직 다시 가입할 수 없어요',
  no_key: '다른 방법으로 인증해 주세요',
  two_persons: '고객센터에 문의해 주세요',
  has_account: '이미 가입되어 있어요',
  taken: '이미 가입되어 있어요',
  being_signed_up: '가입이 진행되고 있어요',
};
const AGAIN = FINDINGS.foreign;
const CODES = {
  denied: ['이용할 수 없어요'],
  not_finished: ['본인인증을 마치지 못했어요', '다시 시도해 주세요.'],
  unavailable: ['지금은 확인할 수 없어요', '잠시 후 다시 시도해 주세요. 본인인증은 다시 하지 않아도 돼요.'],
  offline: ['가게에 연결하지 못했어요', '인터넷 연결을 확인하고 다시 시도해 주세요.'],
  no_script: ['본인인증 창을 열지 못했어요', '본인인증 서비스에 연결하지 못했어요. 잠시 후 다시 시도해 주세요.'],
  no_account: ['가입된 계정이 없어요', '본인 명의로 가입한 아이디가 없어요.'],
  invalid_login_id: ['아이디를 다시 확인해 주세요', '영문 소문자로 시작하고, 소문자와 숫자로 4~16자여야 해요.'],
  other_person: ['이미 쓰고 있는 아이디예요', '다른 아이디를 정해 주세요.'],
  lapsed: ['시간이 지났어요', '본인인증을 한 지 오래되어 처음부터 다시 해야 해요.'],
  not_verified: ['본인인증이 필요해요', '본인인증부터 다시 해 주세요.'],
  left: ['탈퇴했어요', '계정이 사라졌어요. 언제든 다시 오세요.'],
};
const OTHERWISE = ['확인하지 못했어요', '처음부터 다시 시도해 주세요.'];

/**
 * A server's refusal, or a code of the page's own, in words.
 * @param {{code: string, ko?: string, findings?: {reason: string, ko: string}[]}} refusal
 * @param {string | (() => Promise<void>)} [again] an address to go to, or what to run, to try the same once more
 */
export function wordsFor({ code, ko, findings = [] }, again) {
  const reasons = findings.map(({ reason }) => reason);
  const weightiest = Object.keys(FINDINGS).find((reason) => reasons.includes(reason));
  const told = FINDINGS[weightiest] === AGAIN ? findings.filter(({ reason }) => reason === weightiest) : findings;
  const [title, text] = CODES[code] ?? OTHERWISE;
  const actions = [];
  if (again) actions.push({ text: '다시 확인', again });
  if (told.some(({ reason }) => reason === 'taken' || reason === 'has_account')) actions.push({ text: '아이디 찾기', again: '#recover' });
  if (code === 'no_account') actions.push({ text: '회원 가입', again: '#' });
  return {
    kind: code === 'left' ? 'good' : 'bad',
    title: FINDINGS[weightiest] ?? title,
    // The server's reasons are sentences already; PortOne's own words tell a closed window from a refusal.
    texts: told.length ? told.map((finding) => finding.ko) : [code === 'not_finished' && ko ? ko : (text ?? ko)],
    actions,
  };
}

export function clearNotices() {
  for (const place of document.querySelectorAll('.notice')) place.replaceChildren();
}

/** Everything goes in as text. The focus follows, so that nobody misses it. */
export function showNotice(place, { kind, title, texts, actions }, { focus = true } = {}) {
  const box = document.createElement('div');
  box.tabIndex = -1;
  box.dataset.kind = kind;
  box.append(paragraph('title', title), ...texts.filter(Boolean).map((text) => paragraph('', text)));
  if (actions.length) {
    const row = paragraph('actions');
    row.append(...actions.map(control));
    box.append(row);
  }
  place.replaceChildren(box);
  if (focus) box.focus();
}

function paragraph(className, text = '') {
  const made = document.createElement('p');
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function control({ text, again }) {
  const made = document.createElement(typeof again === 'string' ? 'a' : 'button');
  made.textContent = text;
  if (typeof again === 'string') made.href = again;
  else {
    made.type = 'button';
    made.addEventListener('click', () => {
      made.disabled = true;
      made.textContent = '확인하고 있어요';
      again();
    });
  }
  return made;
}
