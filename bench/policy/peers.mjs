// The eight rules as each peer wants them written. Peers are given what they cannot work out themselves: the year in Korea.
import cedar from '@cedar-policy/cedar-wasm/nodejs';
import jsonLogic from 'json-logic-js';
import { Engine } from 'json-rules-engine';
import { NOW } from './persons.mjs';

const now = NOW.getTime();
const yearInKorea = new Date(now + 9 * 3_600_000).getUTCFullYear();
const yearAge = (person) => yearInKorea - Number(person.birthDate.slice(0, 4));

export function byHand(person) {
  if (person.status !== 'verified') return false;
  const age = now - person.verifiedAt;
  if (age > 600_000 || age < -60_000) return false;
  if (person.channelType !== 'live') return false;
  if (yearAge(person) < 19) return false;
  if (person.ci === null || person.foreigner !== false) return false;
  if (person.gender !== 'male' && person.gender !== 'female') return false;
  return person.provider === 'DANAL' || person.provider === 'KCP_V2';
}

const facts = (person) => ({ ...person, ci: person.ci ?? '', sinceMs: now - person.verifiedAt, yearAge: yearAge(person) });

const is = (name, value) => ({ '===': [{ var: name }, value] });
const LOGIC = {
  and: [
    is('status', 'verified'),
    { '<=': [-60_000, { var: 'sinceMs' }, 600_000] },
    is('channelType', 'live'),
    { '>=': [{ var: 'yearAge' }, 19] },
    { '!==': [{ var: 'ci' }, ''] },
    is('foreigner', false),
    { in: [{ var: 'gender' }, ['male', 'female']] },
    { in: [{ var: 'provider' }, ['DANAL', 'KCP_V2']] },
  ],
};
export const logic = (person) => jsonLogic.apply(LOGIC, facts(person));

const condition = (fact, operator, value) => ({ fact, operator, value });
const engine = new Engine([
  {
    event: { type: 'allowed' },
    conditions: {
      all: [
        condition('status', 'equal', 'verified'),
        condition('sinceMs', 'lessThanInclusive', 600_000),
        condition('sinceMs', 'greaterThanInclusive', -60_000),
        condition('channelType', 'equal', 'live'),
        condition('yearAge', 'greaterThanInclusive', 19),
        condition('ci', 'notEqual', ''),
        condition('foreigner', 'equal', false),
        condition('gender', 'in', ['male', 'female']),
        condition('provider', 'in', ['DANAL', 'KCP_V2']),
      ],
    },
  },
]);
export const rulesEngine = async (person) => (await engine.run(facts(person))).events.length === 1;

const parsed = cedar.preparsePolicySet('eight', {
  staticPolicies: `permit(principal, action, resource) when {
    context.status == "verified" && context.sinceMs <= 600000 && context.sinceMs >= -60000 &&
    context.channelType == "live" && context.yearAge >= 19 && context.ci != "" && context.foreigner == false &&
    ["male", "female"].contains(context.gender) && ["DANAL", "KCP_V2"].contains(context.provider)
  };`,
});
if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
const uid = (type, id) => ({ type, id });
export function cedarWasm(person) {
  const answer = cedar.statefulIsAuthorized({
    principal: uid('Person', 'p'),
    action: uid('Action', 'enter'),
    resource: uid('Place', 'here'),
    context: facts(person),
    entities: [],
    preparsedPolicySetId: 'eight',
  });
  return answer.type === 'success' && answer.response.decision === 'allow';
}
