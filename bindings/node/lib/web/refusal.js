'use strict';
// Why somebody does not pass: a code with its status and its texts, the same in Python.

const REFUSALS = {
  denied: [403, '본인인증 결과로는 이용하실 수 없습니다.', 'This identity verification does not permit it.'],
  not_finished: [
    403,
    '본인인증이 완료되지 않았습니다. 다시 시도해 주세요.',
    'The identity verification was not finished. Please try again.',
  ],
  invalid_id: [
    400,
    '본인인증 요청이 올바르지 않습니다. 처음부터 다시 시도해 주세요.',
    'The id of the identity verification is not valid. Please start again.',
  ],
  not_found: [
    400,
    '본인인증 내역을 찾을 수 없습니다. 처음부터 다시 시도해 주세요.',
    'There is no such identity verification. Please start again.',
  ],
  invalid_body: [400, '요청 내용을 읽을 수 없습니다.', 'The request could not be read.'],
  unsupported_body: [415, '요청 형식이 올바르지 않습니다.', 'The request is neither JSON nor a form.'],
  body_too_large: [413, '요청이 너무 큽니다.', 'The request is too large.'],
  cross_site: [403, '다른 사이트에서 보낸 요청은 처리하지 않습니다.', 'Requests from another site are not accepted.'],
  method_not_allowed: [405, '허용되지 않는 요청입니다.', 'This method is not allowed here.'],
  unavailable: [
    503,
    '지금은 본인인증을 확인할 수 없습니다. 잠시 후 다시 시도해 주세요.',
    'Identity verifications cannot be checked right now. Please try again in a moment.',
  ],
  internal: [
    500,
    '본인인증을 확인하지 못했습니다. 고객센터에 문의해 주세요.',
    'The identity verification could not be checked. Please contact customer support.',
  ],
};

/**
 * `{status, code, ko, en, findings}` and what else is known. What is `hidden` is for the application alone: it can be read,
 * but a refusal that is sent, spread or printed does not carry it.
 */
function refusalOf(code, more, hidden = {}) {
  const [status, ko, en] = REFUSALS[code];
  const refusal = { status, code, ko, en, findings: [], ...more };
  for (const name of Object.keys(hidden)) {
    Object.defineProperty(refusal, name, { __proto__: null, value: hidden[name], enumerable: false });
  }
  return refusal;
}

/** Of a verification that is somebody else's, that alone is told: the rest is about its owner, the decision included. */
function refusalOfDecision(decision) {
  const { denials } = decision;
  const foreign = denials.filter((finding) => finding.code === 'begun');
  const told = foreign.length === 0 ? denials : foreign;
  const findings = told.map(({ code, reason, ko, en }) => ({ code, reason, ko, en }));
  return refusalOf('denied', { findings }, foreign.length === 0 ? { decision } : {});
}

function refusalOfError(error) {
  if (error.kind === 'invalid_id' || error.kind === 'not_found') return refusalOf(error.kind, {}, { error });
  if (error.retryable !== true) return refusalOf('internal', {}, { error });
  // In seconds, as the header says it.
  const retryAfter = Math.max(1, Math.ceil((error.retryAfterMs ?? 0) / 1000));
  return refusalOf('unavailable', { retryAfter }, { error });
}

module.exports = { refusalOf, refusalOfDecision, refusalOfError };
