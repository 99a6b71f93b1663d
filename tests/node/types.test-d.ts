// What must not compile, does not.
import { Decision, Policy, PortOneV1, PortOneV2, Verifier } from 'bonin';

const portone = new PortOneV2({ apiSecret: 'secret' });
const verifier = new Verifier(portone, Policy.preset('kr.vote', { electionDay: '2026-06-03' }));

// @ts-expect-error both credentials are needed
new PortOneV1({ impKey: 'key' });
// @ts-expect-error a misspelled option
new PortOneV2({ apiSecret: 'secret', storeID: 'store' });
// @ts-expect-error decisions are made by policies alone
new Decision();
// @ts-expect-error a birth date is text: a Date would depend on a time zone
verifier.verify('id', { expect: { birthDate: new Date() } });
// @ts-expect-error a moment is needed
Policy.preset('kr.youth_protection').evaluate(await portone.lookup('id'), {});
// @ts-expect-error an attribute is not its value
const name: string = (await portone.lookup('id')).person.name;
name.length;
