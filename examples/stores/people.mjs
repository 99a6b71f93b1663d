// What a store in an application's own tables decides: the same for every ORM. `tables` are the few statements that an ORM
// makes for it; those that take `tx` run in one transaction. A person stands in one row with a `version`, so a row is written
// only as it was read, and a unique index decides between two who are new. Whoever comes second starts again.
import { setTimeout as sleep } from 'node:timers/promises';
import { Conflict, NotFound } from 'bonin';

const FOREVER = new Date('9999-01-01T00:00:00Z');
// Prisma, PostgreSQL, MariaDB and MySQL, MongoDB.
const UNIQUE = ['P2002', '23505', 'ER_DUP_ENTRY', 11000];
const PASSING = ['P2034', '40001', '40P01', 'ER_LOCK_DEADLOCK', 112];

/** Does the error, or the driver's error beneath the ORM's, have one of the codes? */
function has(codes, error) {
  for (let at = error, depth = 0; at != null && depth < 5; at = at.cause ?? at.driverError ?? at.parent, ++depth) {
    if (codes.includes(at.code) || codes.includes(at.originalCode)) return true;
  }
  return false;
}

class Raced extends Error {
  name = 'Raced';
}

/** Thrown in a sign-up, so that its transaction rolls back. `claim`: why the person gets no account. */
export class Refused extends Error {
  name = 'Refused';
  constructor(claim) {
    super(`the claim was refused: ${claim.reason}`);
    this.claim = claim;
  }
}

/** Runs a transaction again when another one came first, or when the database broke it off for another's sake. */
export async function repeated(transaction) {
  for (let left = 20; ; --left) {
    try {
      return await transaction();
    } catch (error) {
      if (left === 0 || !(error instanceof Raced || has(PASSING, error))) throw error;
      await sleep(Math.random() * 20);
    }
  }
}

/** `userId` makes an id of the table out of bonin's, which is text: `Number` where the ids of users are numbers. */
export function people(tables, { now = () => new Date(), userId: idOf = (text) => text } = {}) {
  const ahead = (moment) => moment != null && moment > now();
  const taken = (reason) => ({ outcome: 'taken', reason });
  const refused = (reason, until) => ({ outcome: 'refused', reason, ...(until < FOREVER && { until }) });
  const row = ({ kind, pepperId, hash, provider }) => ({ kind, pepperId, hash, provider });

  const must = (written) => {
    if (!written) throw new Raced('somebody else has written this person');
  };
  const raced = (error) => {
    throw has(UNIQUE, error) ? new Raced('somebody else came first', { cause: error }) : error;
  };
  const add = (tx, fields, keys) => tables.insertPerson(tx, fields, keys.map(row)).catch(raced);
  const erase = async (tx, person) => must(await tables.deletePerson(tx, person));
  const lives = (person) => person.userId != null || ahead(person.bannedUntil) || ahead(person.rejoinAt) || ahead(person.reservedUntil);

  async function change(tx, person, fields) {
    if (!lives({ ...person, ...fields })) return erase(tx, person);
    must(await tables.updatePerson(tx, person, fields).catch(raced));
    Object.assign(person, fields, { version: person.version + 1 });
  }

  /** The persons with one of the keys. A single one learns the keys that are new, so that a ban holds for them as well. */
  async function meet(tx, keys) {
    const persons = [];
    for (const person of await tables.persons(tx, { hashes: keys.map(({ hash }) => hash) })) {
      if (lives(person)) persons.push(person);
      else await erase(tx, person);
    }
    const rank = (person) => keys.findIndex(({ hash }) => person.keys.some((key) => key.hash === hash));
    persons.sort((a, b) => rank(a) - rank(b)); // the order of the operator's keys
    const [{ keys: known } = { keys: [] }] = persons;
    const otherCi = ({ kind, pepperId, hash }) =>
      kind === 'ci' && known.some((key) => key.kind === kind && key.pepperId === pepperId && key.hash !== hash);
    const two = persons.length > 1 || keys.some(otherCi); // a person has one CI
    const fresh = keys.filter(({ hash }) => !known.some((key) => key.hash === hash));
    if (persons.length === 1 && !two && fresh.length > 0) {
      await change(tx, persons[0], {});
      await tables.insertKeys(tx, persons[0], fresh.map(row)).catch(raced);
    }
    const strangers = keys.filter(({ hash }) => !persons.some((person) => person.keys.some((key) => key.hash === hash)));
    return { persons, two, strangers };
  }

  function refusal(persons) {
    const banned = persons.find(({ bannedUntil }) => ahead(bannedUntil));
    if (banned) return refused('banned', banned.bannedUntil);
    const left = persons.find(({ userId, rejoinAt }) => userId == null && ahead(rejoinAt));
    return left && refused('rejoin_period', left.rejoinAt);
  }

  const settle = (tx, person, userId) => change(tx, person, { userId, rejoinAt: null, reservedUntil: null });

  /** In a transaction of the application's. `reservation`: the id of the place that was kept for this sign-up. */
  async function claim(tx, keys, userId, reservation) {
    if (userId == null) throw new TypeError('a user without an id'); // an ORM may take an undefined id for any id
    const { persons, two } = await meet(tx, keys);
    const [person] = persons;
    const no = refusal(persons);
    if (no || two) return no ?? taken('two_persons');
    const [holder] = await tables.persons(tx, { userId });
    if (holder && holder.id !== person?.id) return taken('other_person');
    if (person?.userId != null) return person.userId === userId ? 'existing' : taken('other_account');
    if (person && ahead(person.reservedUntil) && person.reservation !== reservation) return taken('reserved');
    await (person ? settle(tx, person, userId) : add(tx, { userId }, keys));
    return 'created';
  }

  async function commit(tx, reservation, userId) {
    const [person] = await tables.persons(tx, { reservation });
    const no = person === undefined ? refused('lapsed') : refusal([person]);
    if (no) return no;
    if (person.userId != null) return person.userId === userId ? 'existing' : taken('other_account');
    if (!ahead(person.reservedUntil)) return refused('lapsed');
    if ((await tables.persons(tx, { userId })).length > 0) return taken('other_person');
    await settle(tx, person, userId);
    return 'created';
  }

  async function reserve(tx, keys, reservation, reservedBy, reservedUntil) {
    const { persons, two } = await meet(tx, keys);
    const [person] = persons;
    const no = refusal(persons);
    if (no || two) return no?.reason ?? 'two_persons';
    if (person?.userId != null) return 'has_account';
    if (person && ahead(person.reservedUntil) && person.reservedBy !== reservedBy) return 'reserved';
    const place = { reservation, reservedBy, reservedUntil };
    await (person ? change(tx, person, place) : add(tx, place, keys));
  }

  async function one(tx, keys) {
    const { persons, two } = await meet(tx, keys);
    if (two) throw new Conflict('the keys of this verification lead to two persons');
    return persons[0];
  }
  async function whom(tx, { accountId, keys }) {
    return keys ? (await meet(tx, keys)).persons : await tables.persons(tx, { userId: idOf(accountId) });
  }
  /** Does `work` with the person whom `where` names; false: there is none. */
  const withPerson = (where, work) =>
    tables.transaction(async (tx) => {
      const [person] = await tables.persons(tx, where);
      return person !== undefined && (await work(tx, person)) !== false;
    });

  const ownStore = {
    find: (keys) => tables.transaction(async (tx) => (await one(tx, keys))?.userId ?? undefined),
    claim: (keys, accountId) => tables.transaction((tx) => claim(tx, keys, idOf(accountId))),
    standing: (keys) =>
      tables.transaction(async (tx) => {
        const { userId, bannedUntil, rejoinAt, reservation } = (await one(tx, keys)) ?? {};
        const banned = ahead(bannedUntil) && (bannedUntil < FOREVER ? bannedUntil : true);
        const told = { account: userId ?? null, bannedUntil: banned || null, rejoinAt: null };
        if (userId == null) return { ...told, rejoinAt: ahead(rejoinAt) ? rejoinAt : null };
        return reservation == null ? told : { ...told, reservationId: reservation }; // of the place that the account came of
      }),
    consume: (idHash, subjectHash) =>
      tables.insertUse({ idHash, subjectHash }).then(
        () => 'first',
        async (error) => {
          if (!has(UNIQUE, error)) throw error;
          return (await tables.use(idHash)).subjectHash === subjectHash ? 'same_subject' : 'other_subject';
        },
      ),
    reserve: (keys, id, subjectHash, until) => tables.transaction((tx) => reserve(tx, keys, id, subjectHash, until)),
    commit: (reservation, accountId) => tables.transaction((tx) => commit(tx, reservation, idOf(accountId))),
    cancel: (reservation) =>
      withPerson({ reservation }, (tx, person) =>
        ahead(person.reservedUntil) ? change(tx, person, { reservation: null, reservedUntil: null }) : false,
      ),
    ban: (who, until, banReason) =>
      tables.transaction(async (tx) => {
        const ban = { bannedUntil: until ?? FOREVER, banReason: banReason ?? null };
        const { persons, two, strangers } = who.keys ? await meet(tx, who.keys) : { persons: await whom(tx, who), strangers: [] };
        if (persons.length === 0 && !who.keys) throw new NotFound('there is no such account');
        for (const person of persons) await change(tx, person, ban);
        // Keys of nobody yet, or of another CI beside a known DI. A single person has learned the others.
        if ((persons.length === 0 || two) && strangers.length > 0) await add(tx, ban, strangers);
      }),
    unban: (who) =>
      tables.transaction(async (tx) => {
        const persons = (await whom(tx, who)).filter(({ bannedUntil }) => ahead(bannedUntil));
        for (const person of persons) await change(tx, person, { bannedUntil: null, banReason: null });
        return persons.length > 0;
      }),
    release: (accountId, rejoinAt) =>
      withPerson({ userId: idOf(accountId) }, (tx, person) =>
        change(tx, person, { userId: null, rejoinAt: rejoinAt ?? null, reservation: null, reservedUntil: null }),
      ),
    forget: (accountId) => withPerson({ userId: idOf(accountId) }, erase),
  };

  /** In a transaction: `insert(tx)` makes the user, and the person gets it. Otherwise both are undone. */
  const signUp = (keys, insert, reservation) =>
    tables.transaction(async (tx) => {
      const user = await insert(tx);
      const answer = await claim(tx, keys, user.id, reservation);
      if (typeof answer === 'object') throw new Refused(answer);
      return user;
    });

  return { ownStore, signUp };
}
