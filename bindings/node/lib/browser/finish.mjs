// The result goes to the server, whose answer counts.

import { refusal } from './answer.mjs';
import { failureOf } from './portone.mjs';
import { ask } from './server.mjs';

const BEGIN = /\/begin$/;

/** Where the result is posted: beside `begin`, unless it is said. */
export function finishOf({ begin, finish }) {
  if (finish) return finish;
  if (BEGIN.test(begin)) return String(begin).replace(BEGIN, '');
  throw new TypeError('`finish` is missing: it follows from `begin` only where that ends with /begin');
}

/** May the same result be answered otherwise a little later? */
const mayPass = ({ code, status }) => code === 'offline' || [429, 502, 503, 504].includes(status);

/** Posts what PortOne's script said, a failure as well. The provider's words come with the server's. */
export async function finish(result, options) {
  const { guardianOf, onStep } = options;
  const failure = failureOf(result);
  onStep?.('finish');
  const answer = await ask(finishOf(options), guardianOf ? { ...result, guardianOf } : result, options);
  if (answer.allowed || answer.code === 'aborted') return answer;
  if (failure) return answer.status < 500 && answer.code !== 'unexpected' ? { ...answer, ...failure } : refusal('not_finished', failure);
  const refused = { ...answer, id: result.identityVerificationId ?? result.imp_uid };
  return mayPass(answer) ? { ...refused, retry: () => finish(result, options) } : refused;
}
