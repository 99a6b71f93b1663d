'use strict';
// The certificates of authorities that Node brings, for a machine that has none.

/** In PEM. To be asked for no sooner than they are needed: Node reads them all to list them. */
function bringCertificates() {
  const tls = require('node:tls');
  return (tls.getCACertificates?.() ?? tls.rootCertificates).join('\n');
}

module.exports = { bringCertificates };
