'use strict';
const assert = require('node:assert/strict');
const { after, before, beforeEach, test } = require('node:test');
const { bonin, OTP, SEND } = require('./support.js');

let sandbox;
let v1;
let v2;
before(async () => {
  sandbox = await bonin.Sandbox.start();
  const { impKey, impSecret, apiSecret, storeId, url } = sandbox;
  v1 = new bonin.PortOneV1({ impKey, impSecret, baseUrl: url });
  v2 = new bonin.PortOneV2({ apiSecret, storeId, baseUrl: url });
});
after(async () => {
  v1.close();
  v2.close();
  await sandbox.close();
});
beforeEach(() => sandbox.reset());

test('V1: a code is asked for, a wrong one refused, the right one finishes it, and it can be erased', async () => {
  const impUid = await v1.requestOtp({ ...OTP, channelKey: sandbox.channelKey, bypass: { any: 1 } });
  assert.match(impUid, /^imps_\d+$/);
  const code = sandbox.otp(impUid);
  const wrong = code === '111111' ? '222222' : '111111';
  await assert.rejects(v1.confirmOtp(impUid, wrong), bonin.ProviderFailed);
  const verification = await v1.confirmOtp(impUid, code);
  assert.equal(verification.status, 'verified');
  assert.equal(verification.person.name.reveal(), OTP.name);
  assert.equal(await v1.erase(impUid), undefined);
  await assert.rejects(v1.lookup(impUid), bonin.NotFound);
});

test('V2: sent, sent again, confirmed', async () => {
  const id = bonin.newId();
  assert.equal(await v2.send(id, { ...SEND, channelKey: sandbox.channelKey, identityNumber: '9003152' }), undefined);
  assert.equal(await v2.resend(id), undefined);
  assert.equal((await v2.lookup(id)).status, 'ready');
  const verification = await v2.confirm(id, sandbox.otp(id));
  assert.equal(verification.status, 'verified');
  assert.equal(verification.id, id);
  await assert.rejects(v2.confirm(id, '123456'), bonin.Conflict);
  await assert.rejects(v2.resend(bonin.newId()), bonin.NotFound);
});

test('V2: what was cut off after it was sent is sent again, and takes effect once', async () => {
  const request = { ...SEND, channelKey: sandbox.channelKey, identityNumber: '9003152' };
  const id = bonin.newId();
  sandbox.clearRequests();
  sandbox.fault('reset', { match: { method: 'POST' }, effect: true });
  await v2.send(id, request); // the second one would be a Conflict
  assert.equal(sandbox.requests().total, 2);
  assert.equal((await v2.lookup(id)).status, 'ready');
  const lost = bonin.newId();
  sandbox.fault('reset', { match: { method: 'POST' }, effect: true, times: 10 });
  await assert.rejects(v2.send(lost, request), bonin.OutcomeUnknown);
  sandbox.clearFaults();
  assert.equal((await v2.lookup(lost)).status, 'ready');
});

test('V2: the list comes page by page, as it is asked for', async () => {
  const ids = Array.from({ length: 25 }, () => sandbox.verify('adult'));
  sandbox.clearRequests();
  const seen = [];
  for await (const verification of v2.list({ pageSize: 10, statuses: ['VERIFIED'] })) {
    assert.ok(verification instanceof bonin.Verification);
    seen.push(verification.id);
  }
  assert.deepEqual(seen.toSorted(), ids.toSorted());
  assert.equal(sandbox.requests().total, 3);

  sandbox.clearRequests();
  for await (const _ of v2.list({ pageSize: 10 })) break;
  assert.equal(sandbox.requests().total, 1);

  const page = await v2.listPage({ pageSize: 10, page: 2 });
  assert.equal(page.items.length, 5);
  assert.equal(page.totalCount, 25);
  assert.equal(page.number, 2);
  const none = v2.list({ from: new Date(Date.now() + 3_600_000), until: new Date(Date.now() + 7_200_000) });
  assert.equal((await none.next()).done, true);
});

test("the sandbox: persons of one's own, the clock, the request log", async () => {
  sandbox.addPerson('grandmother', { name: '박할매', birthDate: '1940-01-01', gender: 'female' });
  const old = await v2.lookup(sandbox.verify('grandmother'));
  assert.equal(old.person.birthDate.reveal(), '1940-01-01');
  assert.ok(sandbox.personas().some(({ name, ko, en }) => name === 'grandmother' && typeof ko === 'string' && typeof en === 'string'));
  const before = old.verifiedAt.getTime();
  sandbox.advance(3600);
  const later = await v2.lookup(sandbox.verify('adult'));
  assert.ok(later.verifiedAt.getTime() - before >= 3600_000);
  assert.equal(sandbox.requests().byRoute['GET /identity-verifications/{id}'], 2);
  assert.throws(() => sandbox.fault('no such'), { kind: 'invalid_argument', parameter: 'kind' });
  assert.throws(() => new bonin.Sandbox(), TypeError);
});
