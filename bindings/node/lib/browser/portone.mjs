// PortOne's script, V1 or V2: `{result}`, what the server is to be told; or `{missing}`, what the page lacks.

const SCRIPTS = {
  PortOne: 'https://cdn.portone.io/v2/browser-sdk.js',
  IMP: 'https://cdn.iamport.kr/v1/iamport.js',
};

const missing = (name) => ({
  missing:
    `window.${name} is missing: add <script src="${SCRIPTS[name]}"></script> to the page, and ` +
    `${new URL(SCRIPTS[name]).origin} to script-src of its Content-Security-Policy`,
});

async function identityVerification(request, portone) {
  if (!portone?.requestIdentityVerification) return missing('PortOne');
  const { identityVerificationId } = request;
  try {
    const result = await portone.requestIdentityVerification(request);
    // Nothing: the page is about to be left for a redirect.
    return { result: result && { identityVerificationId, ...result } };
  } catch (error) {
    return { result: { identityVerificationId, code: String(error?.code ?? 'UnknownError'), message: error?.message } };
  }
}

function certification(request, imp, impCode) {
  if (!imp?.certification) return missing('IMP');
  const { merchant_uid } = request;
  return new Promise((done) => {
    try {
      if (impCode) imp.init(impCode);
      imp.certification(request, (result) => done({ result: { merchant_uid, ...result } }));
    } catch (error) {
      done({ result: { merchant_uid, success: false, error_code: 'UnknownError', error_msg: error?.message } });
    }
  });
}

/** Told apart by what `begin` answered. `result` is undefined where a redirect is under way; V1 says nothing at all then. */
export const openWindow = async (request, { impCode, portone }) =>
  request.merchant_uid === undefined
    ? identityVerification(request, portone ?? window.PortOne)
    : certification(request, window.IMP, impCode);

/**
 * Why there is nothing to look up, or undefined. `reason` is `closed`, by the person, or `failed`. Each provider words it in
 * its own way: a word of cancelling counts.
 */
export function failureOf({ code, message, pgMessage, success, error_code, error_msg }) {
  const isV1 = success !== undefined;
  if (isV1 ? String(success) === 'true' : !code) return undefined;
  const [providerCode, text] = isV1 ? [error_code, error_msg] : [code, message ?? pgMessage];
  const closed = /cancel|취소/i.test(`${providerCode} ${text} ${pgMessage}`);
  return { reason: closed ? 'closed' : 'failed', providerCode: providerCode ?? undefined, message: text ?? undefined };
}
