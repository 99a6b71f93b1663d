// PortOne's window, V1 and V2 in one shape. Whether the script is PortOne's or the sandbox's is in its address alone.

const loading = new Map();

function load(address) {
  if (!loading.has(address)) {
    const script = document.createElement('script');
    const loaded = new Promise((done, failed) => Object.assign(script, { src: address, onload: done, onerror: failed }));
    loaded.catch(() => {
      loading.delete(address); // the next press tries again
      script.remove();
    });
    loading.set(address, loaded);
    document.head.append(script);
  }
  return loading.get(address);
}

/** Ahead of the press, so that the window opens at once and no browser takes it for an advertisement. */
export const prepareWindow = ({ script }) => load(script).catch(() => {});

/**
 * Opens the window as `kind`: `auto` (a phone is redirected), `popup` or `redirect`.
 * @returns {Promise<{body?: object, problem?: {code: string, ko?: string}}>} what the server is to be told, or why there is
 *   nothing to tell. Never settles when the page is left for a redirect.
 */
export async function openWindow(api, { script, impCode }, request, kind) {
  try {
    await load(script);
  } catch {
    return { problem: { code: 'no_script' } };
  }
  return api === 'v1' ? certification(impCode, request, kind) : identityVerification(request, kind);
}

function certification(impCode, { channelKey, merchant_uid, redirectUrl }, kind) {
  window.IMP.init(impCode);
  const params = { channelKey, merchant_uid, m_redirect_url: redirectUrl };
  if (kind !== 'auto') params.popup = kind === 'popup';
  return new Promise((done) => {
    window.IMP.certification(params, ({ success, imp_uid, error_msg: ko }) =>
      done(success ? { body: { imp_uid, merchant_uid } } : { problem: { code: 'not_finished', ko } }),
    );
  });
}

async function identityVerification({ storeId, channelKey, identityVerificationId, redirectUrl }, kind) {
  const params = { storeId, channelKey, identityVerificationId, redirectUrl };
  const type = { popup: 'POPUP', redirect: 'REDIRECTION' }[kind];
  if (type) params.windowType = { pc: type, mobile: type };
  try {
    const { code, message: ko } = await window.PortOne.requestIdentityVerification(params);
    return code ? { problem: { code: 'not_finished', ko } } : { body: { identityVerificationId } };
  } catch ({ message: ko }) {
    return { problem: { code: 'not_finished', ko } };
  }
}
