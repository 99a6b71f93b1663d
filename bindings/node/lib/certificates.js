'use strict';
// The certificates of authorities that Node brings, for a machine that has none.

/** In PEM. Called only when they are needed, because Node reads all of them to list them. */
function bringCertificates() {
  const tls = require('node:tls');
  return (tls.getCACertificates?.() ?? tls.rootCertificates).join('\n');
}

module.exports = { bringCertificates };
