// @ts-check
// The same with import and the V2 API; require() rejects with Denied instead of answering a decision.
import { Denied, Policy, PortOneV2, Sandbox, Verifier } from 'bonin';

const sandbox = await Sandbox.start();
const { apiSecret, storeId, v2Url } = sandbox;
const portone = new PortOneV2({ apiSecret, storeId, baseUrl: v2Url });
const verifier = new Verifier(portone, Policy.preset('kr.youth_protection'));

for (const persona of /** @type {const} */ (['adult', 'minor'])) {
  try {
    const verification = await verifier.require(sandbox.verify(persona), { subject: 'session-1' });
    console.log(persona, 'may enter');
    // Printing a person shows what is there, never what it is.
    console.log(verification.person);
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    console.log(persona, error.decision.shown[0]?.ko);
  }
}

portone.close();
await sandbox.close();
