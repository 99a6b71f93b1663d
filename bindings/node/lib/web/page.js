'use strict';
// The page of a refusal: for a browser that was redirected here, where no script of the application runs.

const { createHash } = require('node:crypto');

const STYLE =
  ':root{color-scheme:light dark;font-family:system-ui,sans-serif;line-height:1.6;word-break:keep-all}' +
  'body{margin:0;display:grid;min-height:100vh;place-items:center}main{max-width:32rem;padding:1.5rem}' +
  'h1{font-size:1.375rem;margin:0 0 .5rem}ul{margin:0;padding-left:1.25rem}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY =
  `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text) => String(text).replace(/[&<>"']/g, (letter) => ENTITIES[letter]);

/** @param {'ko' | 'en'} language @returns {{html: string, policy: string}} the page, and its Content-Security-Policy */
function pageOf(refusal, language) {
  const title = escape(refusal[language]);
  const findings = refusal.findings.map((finding) => `<li>${escape(finding[language])}</li>`).join('');
  const html =
    `<!doctype html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">\n` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n` +
    `<title>${title}</title>\n<style>${STYLE}</style>\n</head>\n` +
    `<body>\n<main>\n<h1>${title}</h1>\n${findings && `<ul>${findings}</ul>\n`}</main>\n</body>\n</html>\n`;
  return { html, policy: POLICY };
}

module.exports = { pageOf };
