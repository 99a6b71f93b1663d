// The same in TypeScript.
import { BoninError, Policy, PortOneV2, Sandbox, Verifier, type Decision } from 'bonin';

function explain(decision: Decision): string {
  if (decision.allowed) return 'may enter';
  return decision.denials.map(({ code, reason, ko }) => `${code} ${reason ?? ''}: ${ko}`).join('\n');
}

async function main(): Promise<void> {
  const sandbox = await Sandbox.start();
  const { apiSecret, storeId, v2Url } = sandbox;
  const portone = new PortOneV2({ apiSecret, storeId, baseUrl: v2Url, timeoutMs: 5_000 });
  const verifier = new Verifier(portone, Policy.preset('kr.youth_protection'));
  try {
    const decision = await verifier.verify(sandbox.verify('minor'), { signal: AbortSignal.timeout(5_000) });
    console.log(explain(decision));
    const birthDate: string | undefined = decision.verification.person.birthDate.reveal();
    console.log(birthDate !== undefined);
  } catch (error) {
    if (error instanceof BoninError && error.retryable) console.log(error.hint);
    throw error;
  } finally {
    portone.close();
    await sandbox.close();
  }
}

main();
