'use strict';
// The handlers of PortOne's documentation, V1 and V2, to be compared with server.js. README.md says what they get wrong:
// do not use them. Beside what they are given here (a table of users, a port), nothing was added or taken away.
const axios = require('axios');
const express = require('express');
const { Sandbox } = require('bonin');
const { readSettings } = require('../shop/settings.js');

// A table of users without a unique index, one round trip away.
const rows = [];
const roundTrip = () => new Promise((done) => setTimeout(done, 5));
const Users = {
  async findOne({ uniqueKey }) {
    await roundTrip();
    return rows.find((row) => row.uniqueKey === uniqueKey);
  },
  async create(row) {
    await roundTrip();
    rows.push(row);
  },
};

function makeApp({ url, impKey, impSecret, apiSecret }) {
  const app = express();
  app.use(express.json());

  app.post('/certifications', async (request, response) => {
    const { imp_uid, login_id } = request.body;
    try {
      const getToken = await axios({
        url: `${url ?? 'https://api.iamport.kr'}/users/getToken`,
        method: 'post',
        headers: { 'Content-Type': 'application/json' },
        data: { imp_key: impKey, imp_secret: impSecret },
      });
      const { access_token } = getToken.data.response;
      const getCertifications = await axios({
        url: `${url ?? 'https://api.iamport.kr'}/certifications/${imp_uid}`,
        method: 'get',
        headers: { Authorization: access_token },
      });
      const { unique_key, birth } = getCertifications.data.response;

      if (new Date(birth).getFullYear() <= 1999) {
        const user = await Users.findOne({ uniqueKey: unique_key });
        if (user) return response.json({ found: user.loginId });
        await Users.create({ uniqueKey: unique_key, loginId: login_id });
        response.json({ signedUp: true });
      } else {
        response.status(403).json({ message: 'too young' });
      }
    } catch (e) {
      console.error(e);
      response.status(500).json({ message: 'failed' });
    }
  });

  app.post('/identity-verifications', async (request, response) => {
    const { identityVerificationId, login_id } = request.body;
    try {
      const verificationResponse = await axios({
        url: `${url ?? 'https://api.portone.io'}/identity-verifications/${encodeURIComponent(identityVerificationId)}`,
        method: 'get',
        headers: { Authorization: `PortOne ${apiSecret}` },
      });
      const identityVerification = verificationResponse.data;
      if (identityVerification.status !== 'VERIFIED') return response.status(400).json({ message: 'not verified' });
      const { ci, birthDate } = identityVerification.verifiedCustomer;

      if (new Date(birthDate).getFullYear() <= 1999) {
        const user = await Users.findOne({ uniqueKey: ci });
        if (user) return response.json({ found: user.loginId });
        await Users.create({ uniqueKey: ci, loginId: login_id });
        response.json({ signedUp: true });
      } else {
        response.status(403).json({ message: 'too young' });
      }
    } catch (e) {
      console.error(e);
      response.status(500).json({ message: 'failed' });
    }
  });
  return app;
}

readSettings(Sandbox).then((settings) => {
  const server = makeApp(settings).listen(process.env.PORT ?? 8000, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port} (Ctrl-C stops it)`);
    if (settings.sandbox) console.log(`PortOne is a sandbox at ${settings.url}`);
  });
});
