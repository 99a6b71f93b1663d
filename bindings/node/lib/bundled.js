'use strict';
// What is said where a bundler took bonin in. No module of Node is needed to say it: a bundle of ES modules may have none.

const BUNDLED =
  'it was bundled, and its addon does not lie where the bundle does. Leave it out of the bundle: ' +
  "Next.js `serverExternalPackages: ['bonin']`, webpack `externalsType: 'commonjs', externals: /^bonin(\\/|$)/`, " +
  "esbuild `--external:bonin`, Vite `ssr: { external: ['bonin'] }`";

/** The error where `require` finds nothing of Node. */
const withoutNode = (error) => new Error(`bonin: ${BUNDLED}`, { cause: error });

module.exports = { BUNDLED, withoutNode };
