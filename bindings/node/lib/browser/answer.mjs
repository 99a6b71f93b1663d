// What the page is told: the server's answer, or why there is none.

const TEXTS = {
  not_finished: ['본인인증이 완료되지 않았습니다. 다시 시도해 주세요.', 'The identity verification was not finished. Please try again.'],
  offline: [
    '서버에 연결하지 못했습니다. 인터넷 연결을 확인하고 다시 시도해 주세요.',
    'The server could not be reached. Please check your connection and try again.',
  ],
  unexpected: [
    '본인인증을 확인하지 못했습니다. 잠시 후 다시 시도해 주세요.',
    'The identity verification could not be checked. Please try again in a moment.',
  ],
  no_script: [
    '본인인증 창을 열지 못했습니다. 잠시 후 다시 시도해 주세요.',
    'The verification window could not be opened. Please try again in a moment.',
  ],
  busy: ['다른 본인인증이 진행되고 있습니다.', 'Another identity verification is under way.'],
  aborted: ['본인인증을 중단했습니다.', 'The identity verification was stopped.'],
};

/** An answer of the page's own, in the shape of the server's refusals. */
export function refusal(code, more) {
  const [ko, en] = TEXTS[code];
  return { allowed: false, code, ko, en, findings: [], ...more };
}

/** Seconds, from a number of them or a date. */
function secondsOf(text) {
  const seconds = /^\d+$/.test(text) ? +text : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return text && seconds >= 0 ? { retryAfter: seconds } : {};
}

function objectOf(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An `allowed` that is there decides. Of an answer of an application's own without one, a `code` refuses. */
const isAllowed = (body) => ('allowed' in body ? body.allowed === true : body.code === undefined);

/** What a server answered. A status that is no success, a `code`, and what is no JSON object allow nobody. */
export async function answerOf(response) {
  const { ok, status, headers } = response;
  const body = objectOf(await response.text());
  if (ok && (body ? isAllowed(body) : status === 204)) return { ...body, allowed: true };
  return { ...refusal('unexpected'), ...body, allowed: false, status, ...secondsOf(headers.get('Retry-After')) };
}
