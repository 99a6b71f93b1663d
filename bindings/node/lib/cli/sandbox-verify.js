'use strict';
// `bonin sandbox verify`: makes a finished verification in a sandbox that runs, and prints its id.

const { apiOf } = require('./client.js');
const { refuse } = require('./parse.js');
const { ALLOWED, print } = require('./terminal.js');

async function asked(url, fields) {
  const token = process.env.BONIN_SANDBOX_TOKEN;
  const headers = { 'Content-Type': 'application/json', ...(token ? { 'Sandbox-Token': token } : {}) };
  try {
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(`${url.replace(/\/+$/, '')}/sandbox/verify`, {
      method: 'POST',
      headers,
      body: JSON.stringify(fields),
      signal,
    });
    const answer = await response.json();
    return response.ok ? { id: answer.id.toString() } : { refusal: answer.error.message.toString() };
  } catch {
    return refuse('SANDBOX_AWAY');
  }
}

async function run({ api = apiOf('') ?? 'v2' }, persona) {
  const url = process.env.BONIN_BASE_URL;
  if (!url) refuse('NO_SANDBOX');
  const { id, refusal } = await asked(url, { persona, api });
  if (id === undefined) refuse('SANDBOX_REFUSED', { text: refusal });
  print(id);
  return ALLOWED;
}

module.exports = { run };
