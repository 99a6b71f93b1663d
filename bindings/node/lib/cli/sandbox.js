'use strict';
// `bonin sandbox`: a PortOne of one's own, until Ctrl-C.

const { ALLOWED, print } = require('./terminal.js');
const { text } = require('./words.js');

async function run(options) {
  const { Sandbox } = require('../index.cjs');
  const running = await Sandbox.start({
    port: options.port,
    host: options.host,
    allowRemote: options['allow-remote'],
    token: options.token,
    publicUrl: options['public-url'],
  });
  // Before the first line is printed: a reader of that line may send the signal at once.
  const alive = setInterval(() => {}, 2 ** 30);
  const stopped = new Promise((resolve) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, resolve)));
  print(text('SANDBOX_READY', { url: running.url }));
  for (const [name, value] of Object.entries({
    BONIN_BASE_URL: running.url,
    BONIN_IMP_KEY: running.impKey,
    BONIN_IMP_SECRET: running.impSecret,
    BONIN_API_SECRET: running.apiSecret,
    BONIN_STORE_ID: running.storeId,
    BONIN_CHANNEL_KEY: running.channelKey,
    BONIN_V1_SCRIPT_URL: running.v1ScriptUrl,
    BONIN_V2_SCRIPT_URL: running.v2ScriptUrl,
    BONIN_SANDBOX_TOKEN: running.token,
  })) {
    if (value !== undefined) print(`export ${name}=${value}`);
  }
  const token = running.token === undefined ? '' : ' -H "Sandbox-Token: $BONIN_SANDBOX_TOKEN"';
  print(text('SANDBOX_PAGE', { url: running.url }));
  print(text('SANDBOX_CURL', { url: running.url, token }));
  await stopped;
  clearInterval(alive);
  await running.close();
  print(text('SANDBOX_STOPPED'));
  return ALLOWED;
}

module.exports = { run };
