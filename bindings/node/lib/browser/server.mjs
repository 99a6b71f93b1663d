// The application's server, asked by POST.

import { answerOf, refusal } from './answer.mjs';

const HEADER = 'Bonin-Subject';
const KEY = 'bonin-subject';
let kept; // where this page has no sessionStorage

/** The token of who asks, for pages without a cookie. It outlives a redirect. */
function keptToken(given) {
  if (given) kept = given;
  try {
    if (given) sessionStorage.setItem(KEY, given);
    return sessionStorage.getItem(KEY) ?? kept;
  } catch {
    return kept;
  }
}

/** Which token goes along. A guardian is the child's own visitor. */
const tokenFor = (begins, { guardianOf }) => (begins && !(guardianOf && keptToken()) ? 'new' : keptToken());

function keepToken(response) {
  const given = response.headers.get(HEADER);
  if (response.ok && !given) {
    console.error(`bonin: the answer of begin has no header ${HEADER}; a server of another origin must expose it (CORS)`);
  }
  keptToken(given);
}

/**
 * POSTs, and gives the server's answer, or the refusal `offline` or `aborted`.
 * @param {boolean} begins whether this begins a verification
 */
export async function ask(address, body, options, begins) {
  const { credentials, signal, timeoutMs = 30_000, token } = options;
  const headers = new Headers(typeof options.headers === 'function' ? await options.headers() : options.headers);
  headers.set('Accept', 'application/json');
  if (body) headers.set('Content-Type', 'application/json');
  const mine = token && tokenFor(begins, options);
  if (mine) headers.set(HEADER, mine);
  const stop = new AbortController();
  const abort = () => stop.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    const init = { method: 'POST', headers, body: body && JSON.stringify(body), credentials, signal: stop.signal };
    const response = await fetch(address, init);
    if (mine === 'new') keepToken(response);
    return await answerOf(response);
  } catch {
    return refusal(signal?.aborted ? 'aborted' : 'offline');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
