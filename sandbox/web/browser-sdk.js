// A stand-in of PortOne's V2 script: `PortOne.requestIdentityVerification`, answered by the sandbox's window.

/** What the real script rejects with when no attempt could be started. */
class IdentityVerificationError extends Error {
  constructor(code, message) {
    super(message);
    this.__portOneErrorType = 'IdentityVerificationError';
    this.transactionType = 'IDENTITY_VERIFICATION';
    this.code = code;
  }
}

const WINDOW_TYPES = ['IFRAME', 'POPUP', 'REDIRECTION', 'UI'];

const badRequest = (message) => new IdentityVerificationError('BadRequest', message);
const text = (value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value);

function fieldsOf(request) {
  const customer = request.customer ?? {};
  const { birthYear, birthMonth, birthDay } = customer;
  const bothNames = [customer.firstName, customer.lastName].filter(Boolean).join(' ');
  return {
    api: 'v2',
    id: request.identityVerificationId,
    store_id: request.storeId,
    channel_key: request.channelKey,
    redirect_url: request.redirectUrl,
    custom_data: text(request.customData),
    customer_id: customer.customerId,
    fixed_user: request.bypass?.inicisUnified?.flgFixedUser,
    name: customer.fullName ?? bothNames,
    phone: customer.phoneNumber,
    gender: customer.gender,
    birth_date: birthYear && birthMonth && birthDay && [birthYear, birthMonth, birthDay].join('-'),
  };
}

window.PortOne = {
  async requestIdentityVerification(request) {
    if (!request) throw badRequest('본인인증 요청 파라미터가 누락되었습니다.');
    for (const name of ['storeId', 'identityVerificationId', 'channelKey']) {
      const missing = typeof request[name] !== 'string' || request[name] === '';
      if (missing) throw badRequest(`${name} 파라미터는 필수 입력입니다.`);
    }
    const mobile = isMobile();
    const type = (mobile ? request.windowType?.mobile : request.windowType?.pc) ?? (mobile ? 'REDIRECTION' : 'POPUP');
    if (!WINDOW_TYPES.includes(type)) throw badRequest(`windowType은 ${WINDOW_TYPES.join(', ')} 중 하나여야 합니다.`);
    if (!request.redirectUrl && (type === 'REDIRECTION' || request.forceRedirect)) {
      throw badRequest('리디렉션 방식에서는 redirectUrl 파라미터가 필수입니다.');
    }
    if (request.redirectUrl && !isWebAddress(request.redirectUrl)) {
      throw badRequest('redirectUrl 파라미터는 http나 https 주소여야 합니다.');
    }
    const fields = fieldsOf(request);
    return new Promise((resolve, reject) => {
      if (type === 'REDIRECTION') {
        redirect(fields);
        return resolve(undefined); // the page is about to be left
      }
      // IFRAME and UI open a popup here.
      const opened = openPopup(fields, ({ answer, refused, address }) => {
        if (refused) return reject(new IdentityVerificationError(refused.code, refused.message));
        if (answer && request.forceRedirect) return location.assign(address);
        resolve(
          answer ?? {
            transactionType: 'IDENTITY_VERIFICATION',
            identityVerificationId: request.identityVerificationId,
            identityVerificationTxId: '',
            code: 'FAILURE_TYPE_PG',
            message: '사용자가 본인인증을 취소하였습니다.',
          },
        );
      });
      if (!opened) {
        reject(new IdentityVerificationError('UnknownError', '팝업이 차단되어 본인인증 창을 열 수 없습니다.'));
      }
    });
  },
};
