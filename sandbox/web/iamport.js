// A stand-in of PortOne's V1 script: `IMP.init` and `IMP.certification`, answered by the sandbox's window.

let code = '';

const failure = (params, message) => ({
  success: false,
  imp_uid: null,
  merchant_uid: params.merchant_uid ?? null,
  error_code: 'BadRequest',
  error_msg: message,
});

window.IMP = {
  init(given) {
    code = given;
  },

  certification(given, callback) {
    const params = given ?? {};
    // Never before `certification` has returned, as with the real one.
    const answer = (rsp) => setTimeout(() => typeof callback === 'function' && callback(rsp));
    const fields = {
      api: 'v1',
      imp_code: code,
      merchant_uid: params.merchant_uid,
      channel_key: params.channelKey,
      redirect_url: params.m_redirect_url,
      name: params.name,
      phone: params.phone,
      carrier: params.carrier,
      company: params.company,
    };
    if (params.m_redirect_url && !isWebAddress(params.m_redirect_url)) {
      return answer(failure(params, 'm_redirect_url 파라미터는 http나 https 주소여야 합니다.'));
    }
    // On a desktop it is always a popup, whatever `popup` says.
    if (isMobile() && params.popup !== true) {
      if (!params.m_redirect_url) return answer(failure(params, '모바일에서는 m_redirect_url 파라미터가 필수입니다.'));
      return redirect(fields);
    }
    const canceled = { ...failure(params, '사용자가 본인인증을 취소하였습니다.'), error_code: 'CANCEL' };
    const opened = openPopup(fields, (result) => answer(result.refused ?? result.answer ?? canceled));
    if (!opened) answer(failure(params, '팝업이 차단되어 본인인증 창을 열 수 없습니다.'));
  },
};
