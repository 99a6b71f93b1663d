'use strict';
// Other people's clients read the sandbox: what bonin is tested against is not of bonin's own imagination alone.
const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { bonin } = require('./support.js');

let sandbox;
before(async () => (sandbox = await bonin.Sandbox.start()));
after(() => sandbox.close());

test('@portone/server-sdk reads V2', async () => {
  const { PortOneClient } = require('@portone/server-sdk');
  const { storeId, apiSecret: secret, url: baseUrl } = sandbox;
  const client = PortOneClient({ secret, storeId, baseUrl });
  const id = sandbox.verify('adult', { customData: 'order-1' });
  const found = await client.identityVerification.getIdentityVerification({ identityVerificationId: id });
  assert.equal(found.status, 'VERIFIED');
  assert.equal(found.id, id);
  assert.equal(found.customData, 'order-1');
  assert.equal(found.channel.type, 'LIVE');
  assert.equal(found.verifiedCustomer.name, '김하나');
  assert.match(found.verifiedCustomer.birthDate, /^\d{4}-\d\d-\d\d$/);
  const page = await client.identityVerification.getIdentityVerifications({ page: { number: 0, size: 10 } });
  assert.equal(page.items[0].id, id);
  await assert.rejects(
    client.identityVerification.getIdentityVerification({ identityVerificationId: 'nobody' }),
    (error) => error.data?.type === 'IDENTITY_VERIFICATION_NOT_FOUND',
  );
});

test('iamport reads V1', async () => {
  const Iamport = require('iamport');
  Iamport.DEFAULT_HOST = sandbox.url;
  const client = new Iamport({ impKey: sandbox.impKey, impSecret: sandbox.impSecret });
  const impUid = sandbox.verify('adult', { api: 'v1', merchantUid: 'order-1' });
  const found = await client.certification.get({ imp_uid: impUid });
  assert.equal(found.imp_uid, impUid);
  assert.equal(found.merchant_uid, 'order-1');
  assert.equal(found.certified, true);
  assert.equal(found.name, '김하나');
});
