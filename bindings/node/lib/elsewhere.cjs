'use strict';
// What bonin is in a browser and in an edge runtime: package.json names this file for their conditions.

function refuse() {
  throw new Error(
    'bonin is native code: it runs in the Node runtime only. ' +
      "In a route of Next.js, set `export const runtime = 'nodejs'`; in a page, import `bonin/browser`",
  );
}

// No bundler can tell what is exported: so none of them stops at a name that is imported from here, before the sentence is read.
module.exports = refuse();
