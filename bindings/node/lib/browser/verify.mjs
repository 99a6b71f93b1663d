// A verification, from the press to the server's answer.

import { refusal } from './answer.mjs';
import { finish, finishOf } from './finish.mjs';
import { openWindow } from './portone.mjs';
import { ask } from './server.mjs';

/**
 * What ends the wait before the window does: the application's signal, or the person who comes back to this very page after it
 * was left for a redirect.
 */
function interruption(signal) {
  const ended = new AbortController();
  const promise = new Promise((done) => {
    const listen = (target, event, run) => target?.addEventListener(event, run, { signal: ended.signal });
    const abort = () => done({ answer: refusal('aborted') });
    listen(signal, 'abort', abort);
    listen(window, 'pageshow', ({ persisted }) => persisted && done({ answer: refusal('not_finished', { reason: 'closed' }) }));
    if (signal?.aborted) abort();
  });
  return { promise, stop: () => ended.abort() };
}

/** What the window said. Waits on where a redirect is under way. */
async function windowOf(request, options) {
  const { promise, stop } = interruption(options.signal);
  const opened = openWindow(request, options).then((said) => (said.result || said.missing ? said : promise));
  const said = await Promise.race([opened, promise]);
  stop();
  return said;
}

async function run(options) {
  const { begin, guardianOf, onStep } = options;
  const query = guardianOf ? `${/\?/.test(begin) ? '&' : '?'}guardianOf=${encodeURIComponent(guardianOf)}` : '';
  onStep?.('begin');
  const { allowed, ...request } = await ask(begin + query, undefined, options, true);
  if (!allowed) return { allowed, ...request };
  if (!request.identityVerificationId && !request.merchant_uid) return refusal('unexpected');
  onStep?.('window');
  const { result, missing, answer } = await windowOf({ ...request, ...options.request }, options);
  if (answer) return answer;
  if (result) return finish(result, options);
  console.error(`bonin: ${missing}`);
  return refusal('no_script', { hint: missing });
}

let turn; // {key, answer}: the one that is under way. The window is one, and so is the person

/**
 * Begins at the server, opens PortOne's window, and posts what came of it. Resolves to the server's answer, or to a refusal of
 * the same shape. Throws only for a mistake of the page. Does not settle while the page is left for a redirect.
 */
export async function verifyIdentity(options) {
  const { begin, guardianOf } = options ?? {};
  if (!begin) throw new TypeError('`begin` must be the address of the route that begins a verification');
  finishOf(options);
  const key = `${begin} ${guardianOf}`;
  if (turn) return turn.key === key ? turn.answer : refusal('busy');
  turn = { key, answer: run({ ...options, begin: String(begin) }).finally(() => (turn = undefined)) };
  return turn.answer;
}
