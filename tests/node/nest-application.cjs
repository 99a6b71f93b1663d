'use strict';
// A small application of the Nest that is there, on both platforms; prints what it was answered.

const common = require('@nestjs/common');
const core = require('@nestjs/core');
const fastify = require('@nestjs/platform-fastify');
const bonin = require('bonin');
const { identityRouter } = require('bonin/express');
const { BoninModule, Identity, InjectVerifier, RequireIdentity } = require('bonin/nest');
const { nestOf } = require('./nest.js');

const { PLATFORMS, boot, controller, module: moduleOf } = nestOf({ common, core, fastify });
const PATH = '/identity-verifications';

async function answers(sandbox, platform) {
  const { apiSecret, storeId, url: baseUrl } = sandbox;
  const portone = new bonin.PortOneV2({ apiSecret, storeId, baseUrl, maxAttempts: 1 });
  const of = (preset) => ({ verifier: new bonin.Verifier(portone, bonin.Policy.preset(preset)), channelKey: 'channel-1' });
  const adult = of('kr.youth_protection');
  let injected;
  const own = controller(
    '',
    {
      hello: {
        run: (decision) => ({
          provider: typeof decision.verification.provider === 'string',
          injected: injected.parts[0] === adult.verifier,
        }),
        decorators: [common.Post('hello'), RequireIdentity()],
        parameters: [Identity()],
      },
      thrown: { run: () => adult.verifier.verify(sandbox.verify('adult')), decorators: [common.Get('thrown')] },
    },
    [InjectVerifier()],
  );
  // Two modules whose functions look alike.
  const made = (where, name, options) => BoninModule.forRootAsync({ path: where, ...(name && { name }), useFactory: () => options });
  const root = moduleOf({ imports: [made('adult', undefined, adult), made('child', 'child', of('kr.not_child'))], controllers: [own] });
  const logged = [];
  const logger = { log() {}, warn() {}, error: (...all) => logged.push(all) };
  const { app, url, close } = await boot(platform, root, { logger });
  injected = app.get(own);

  const begin = async (where) => {
    const answer = await fetch(`${url}/${where}${PATH}/begin`, { method: 'POST' });
    const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]);
    return { status: answer.status, cookie: cookie.join('; '), id: (await answer.json()).identityVerificationId };
  };
  const post = async (where, id, cookie = '') => {
    const headers = { 'content-type': 'application/json', cookie };
    const answer = await fetch(`${url}/${where}`, { method: 'POST', headers, body: JSON.stringify({ identityVerificationId: id }) });
    const body = await answer.json();
    if (answer.status < 400) return [answer.status, body];
    return [answer.status, body.code, body.findings.map(({ code, reason }) => `${code}:${reason}`)];
  };
  const flow = await begin('adult');
  sandbox.verify('adult', { id: flow.id });
  const young = await begin('adult');
  sandbox.verify('minor', { id: young.id });
  const seen = {
    begin: flow.status,
    finished: await post(`adult${PATH}`, flow.id, flow.cookie),
    guarded: await post('hello', flow.id, flow.cookie),
    denied: await post(`adult${PATH}`, young.id, young.cookie),
    foreign: await post(`adult${PATH}`, flow.id),
    guardedForeign: await post('hello', young.id),
  };
  sandbox.fault('status', { status: 401, times: 100 });
  const thrown = await fetch(`${url}/thrown`);
  seen.thrown = [thrown.status, ...(await thrown.json().then(({ code, findings }) => [code, findings]))];
  seen.logged = logged.length;
  sandbox.clearFaults();
  const child = await begin('child');
  sandbox.verify({ name: '나청소', birthDate: `${new Date().getFullYear() - 16}-01-01` }, { id: child.id });
  seen.second = await post(`child${PATH}`, child.id, child.cookie);
  await close();

  const router = identityRouter(adult);
  const every = await boot(
    platform,
    moduleOf({}, (consumer) => consumer.apply(router).forRoutes('*')),
  );
  const ask = async (where) => (await fetch(every.url + where, { method: 'POST' })).status;
  seen.everyPath = [await ask(`${PATH}/begin`), await ask('/elsewhere')];
  await every.close();

  const missing = boot(platform, moduleOf({ controllers: [own] }));
  seen.missing = await missing.then(
    () => 'started',
    ({ message }) => message.split(':')[0],
  );
  portone.close();
  return seen;
}

async function main() {
  const sandbox = await bonin.Sandbox.start();
  const seen = { nest: require('@nestjs/core/package.json').version };
  for (const platform of PLATFORMS) seen[platform] = await answers(sandbox, platform);
  await sandbox.close();
  console.log(JSON.stringify(seen));
}
main();
