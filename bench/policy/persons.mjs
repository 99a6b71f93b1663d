// The eight rules and the persons that every contender in JavaScript judges.

export const DOCUMENT = {
  name: 'eight',
  rules: [
    { verified: true },
    { fresh: { within: '10m' } },
    { channel: { type: 'live' } },
    { age: { at_least: 19, by: 'year' } },
    { has: ['ci'] },
    { foreigner: false },
    { gender: { in: ['male', 'female'] } },
    { provider: { in: ['DANAL', 'KCP_V2'] } },
  ],
};

export const NOW = new Date('2026-01-01T09:00:00+09:00');

// A small generator of its own, so that each run judges the same persons.
let state = 1;
const upTo = (n) => (state = (state * 48_271) % 2_147_483_647) % n;

/** Mostly people who pass, and every way not to. */
export const PERSONS = Array.from({ length: 1000 }, () => ({
  status: upTo(50) === 0 ? 'failed' : 'verified',
  verifiedAt: NOW.getTime() - (upTo(50) === 0 ? 700_000 : 5_000),
  channelType: upTo(50) === 0 ? 'test' : 'live',
  birthDate: `${1950 + upTo(62)}-05-17`,
  ci: upTo(50) === 0 ? null : 'c'.repeat(88),
  foreigner: upTo(50) === 0,
  gender: upTo(2) === 0 ? 'male' : 'female',
  provider: ['DANAL', 'KCP_V2', 'KCB'][upTo(30) === 0 ? 2 : upTo(2)],
}));
