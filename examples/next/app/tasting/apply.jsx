'use client';
import { verifyIdentity } from 'bonin/browser';
import { useState } from 'react';

/** Begins as a sign-up does; the result goes to the tasting's own route. */
export function Apply() {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');

  async function apply() {
    setBusy(true);
    const answer = await verifyIdentity({
      begin: '/sign-up/identity-verifications/begin',
      finish: '/tasting/apply',
      request: { windowType: { pc: 'POPUP', mobile: 'POPUP' } },
    });
    setSaid(answer.allowed ? '신청했어요. 시음회에서 만나요.' : (answer.findings[0]?.ko ?? answer.ko));
    setBusy(false);
  }

  return (
    <>
      <button className="primary" type="button" disabled={busy} onClick={apply}>
        본인인증하고 신청하기
      </button>
      <p className="notice" role="status">
        {said}
      </p>
    </>
  );
}
