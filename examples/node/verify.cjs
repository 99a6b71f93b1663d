// @ts-check
// The main job with require(): an id in, a decision out. Runs on a sandbox; with PortOne, leave baseUrl out.
const { Policy, PortOneV1, Sandbox, Verifier } = require('bonin');

async function main() {
  const sandbox = await Sandbox.start();
  const { impKey, impSecret, v1Url } = sandbox;
  const portone = new PortOneV1({ impKey, impSecret, baseUrl: v1Url });
  const verifier = new Verifier(portone, Policy.preset('kr.youth_protection'));

  for (const persona of /** @type {const} */ (['adult', 'minor'])) {
    // In an application the browser sends this id, and the order comes from the session.
    const impUid = sandbox.verify(persona, { api: 'v1', merchantUid: 'order-1' });
    const decision = await verifier.verify(impUid, { subject: 'session-1', expect: { merchantUid: 'order-1' } });
    console.log(persona, decision.allowed ? 'may enter' : decision.shown[0]?.ko);
  }

  portone.close();
  await sandbox.close();
}

main();
