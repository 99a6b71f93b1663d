// bonin/browser: one press, one answer. For pages: no dependency, and nothing of Node.
//
//   import { verifyIdentity } from 'bonin/browser';
//   const answer = await verifyIdentity({ begin: '/identity-verifications/begin' });
//
// browser.js beside this file is the same for a script tag, made by packaging/browser.js: it sets `window.bonin`.
export { resumeIdentity } from './browser/resume.mjs';
export { verifyIdentity } from './browser/verify.mjs';
