// What is said next to a button: a title, the reasons, and what can be done about it. The shop speaks to customers in its own
// way, so it has a sentence for each reason that its policies give; a page without such wishes shows the server's `ko`.

const AGAIN = '본인인증을 다시 해 주세요';
const OTHER_WAY = '다른 방법으로 인증해 주세요';
const ASK_US = '고객센터에 문의해 주세요';
const MEMBER = '이미 가입되어 있어요';
const HAS_ACCOUNT = '본인 명의로 가입한 계정이 있어요. 아이디를 잊었다면 찾을 수 있어요.';

/** Titles and sentences by what was found, the weightiest first: whose verification it is comes before what it says. */
const REASONS = {
  foreign: [AGAIN, '여기에서 시작한 본인인증이 아니에요. 처음부터 다시 인증해 주세요.'],
  expired: [AGAIN, '본인인증을 시작한 지 오래됐어요. 처음부터 다시 인증해 주세요.'],
  no_cookie: [AGAIN, '쿠키가 꺼져 있어서 확인하지 못했어요. 쿠키를 허용하고 처음부터 다시 인증해 주세요.'],
  used: [AGAIN, '이미 쓴 본인인증이에요. 처음부터 다시 인증해 주세요.'],
  stale: [AGAIN, '본인인증을 한 지 오래됐어요. 처음부터 다시 인증해 주세요.'],
  too_young: [
    '아직 가입할 수 없어요',
    '연 나이 19세 이상만 가입할 수 있어요. 19세가 되는 해의 1월 1일부터 가입할 수 있으니 그때 다시 만나요.',
  ],
  banned: ['가입이 제한되어 있어요', '이용이 제한된 상태예요. 궁금한 점은 고객센터에 문의해 주세요.'],
  too_soon: ['아직 다시 가입할 수 없어요', '탈퇴한 뒤 다시 가입할 수 있는 날이 아직 안 됐어요.'],
  no_key: [OTHER_WAY, '이 인증 수단으로는 누구인지 알 수 없어요. 휴대폰 본인인증을 이용해 주세요.'],
  page_chosen_di: [OTHER_WAY, '이 인증 결과로는 이미 가입했는지 알 수 없어요. 휴대폰 본인인증을 이용해 주세요.'],
  two_persons: [ASK_US, '본인 정보가 두 사람에게 이어져 있어서 확인이 필요해요.'],
  has_account: [MEMBER, HAS_ACCOUNT],
  taken: [MEMBER, HAS_ACCOUNT],
  signed_up: [MEMBER, '이 본인인증으로 이미 가입을 마쳤어요.'],
  being_signed_up: ['가입이 진행되고 있어요', '다른 창이나 기기에서 가입하고 있어요. 그곳에서 마치거나 잠시 후 다시 시도해 주세요.'],
  no_account: ['가입된 계정이 없어요', '본인 명의로 가입한 아이디가 없어요.'],
  test_channel: ['이용할 수 없어요', '테스트용 본인인증으로는 가입할 수 없어요.'],
  not_finished: ['본인인증을 마치지 못했어요', '본인인증이 아직 끝나지 않았어요. 다시 시도해 주세요.'],
  verification_failed: ['본인인증을 마치지 못했어요', '본인인증에 실패했어요. 다시 시도해 주세요.'],
  missing: [OTHER_WAY, '인증 결과에 꼭 필요한 정보가 없어요.'],
  unattested: [OTHER_WAY, '꼭 필요한 정보를 인증기관이 확인하지 않았어요.'],
  no_standing: ['지금은 확인할 수 없어요', '가입 정보를 확인하지 못했어요. 잠시 후 다시 시도해 주세요.'],
};
/** Where the server says until when: the last day in Korea. */
const UNTIL = {
  banned: (day) => `${day}까지 이용이 제한돼요. 궁금한 점은 고객센터에 문의해 주세요.`,
  too_soon: (day) => `${day}까지는 다시 가입할 수 없어요.`,
};
const lastDay = (until) => new Date(Date.parse(until) - 1).toLocaleDateString('ko-KR', { timeZone: 'Asia/Seoul', dateStyle: 'long' });
const CODES = {
  denied: ['이용할 수 없어요', '이 본인인증 결과로는 이용할 수 없어요.'],
  not_finished: ['본인인증을 마치지 못했어요', '다시 시도해 주세요.'],
  unavailable: ['지금은 확인할 수 없어요', '잠시 후 다시 시도해 주세요. 본인인증은 다시 하지 않아도 돼요.'],
  too_often: ['잠시 쉬었다가 해 주세요', '요청이 너무 많았어요. 조금 뒤에 다시 시도해 주세요.'],
  offline: ['가게에 연결하지 못했어요', '인터넷 연결을 확인하고 다시 시도해 주세요.'],
  no_script: ['본인인증 창을 열지 못했어요', '본인인증 서비스에 연결하지 못했어요. 잠시 후 다시 시도해 주세요.'],
  busy: ['본인인증이 진행되고 있어요', '열려 있는 본인인증 창에서 이어 주세요.'],
  no_account: ['가입된 계정이 없어요', '본인 명의로 가입한 아이디가 없어요.'],
  invalid_login_id: ['아이디를 다시 확인해 주세요', '영문 소문자로 시작하고, 소문자와 숫자로 4~16자여야 해요.'],
  other_person: ['이미 쓰고 있는 아이디예요', '다른 아이디를 정해 주세요.'],
  lapsed: ['시간이 지났어요', '본인인증을 한 지 오래되어 처음부터 다시 해야 해요.'],
  not_verified: ['본인인증이 필요해요', '본인인증부터 다시 해 주세요.'],
  left: ['탈퇴했어요', '계정이 사라졌어요. 언제든 다시 오세요.'],
};
const OTHERWISE = ['확인하지 못했어요', '처음부터 다시 시도해 주세요.'];
const CLOSED = '창을 닫아서 확인하지 못했어요. 준비되면 다시 눌러 주세요.';

/** Of a verification that was not finished: closed by the visitor, or failed with the provider's own words. */
function unfinished({ reason, message }) {
  const [title, text] = CODES.not_finished;
  if (reason === 'closed') return { title, texts: [CLOSED] };
  return { title, texts: [text, message && `본인인증 창의 안내: ${message}`] };
}

function denied({ code, findings = [] }) {
  const sentence = ({ reason, until }) => (until && UNTIL[reason] ? UNTIL[reason](lastDay(until)) : REASONS[reason]?.[1]);
  const weightiest = Object.keys(REASONS).find((reason) => findings.some((finding) => finding.reason === reason));
  const [title, text] = REASONS[weightiest] ?? CODES[code] ?? OTHERWISE;
  const first = findings.find(({ reason }) => reason === weightiest);
  const others = title === AGAIN ? [] : findings.map(sentence);
  return { title, texts: [...new Set([first ? sentence(first) : text, ...others])] };
}

/**
 * A server's refusal, or a code of the page's own, in words.
 * @param {{code: string, reason?: string, message?: string, findings?: {reason: string}[]}} refusal
 * @param {string | (() => Promise<void>)} [again] an address to go to, or what to run, to try the same once more
 */
export function wordsFor(refusal, again) {
  const { title, texts } = refusal.code === 'not_finished' ? unfinished(refusal) : denied(refusal);
  const actions = [];
  if (again) actions.push({ text: '다시 확인', again });
  if (texts.includes(HAS_ACCOUNT)) actions.push({ text: '아이디 찾기', again: '#recover' });
  if (refusal.code === 'no_account') actions.push({ text: '회원 가입', again: '#' });
  return { kind: refusal.code === 'left' ? 'good' : 'bad', title, texts, actions };
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
