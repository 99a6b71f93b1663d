import path from 'node:path';

const EXAMPLES = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..'); // this shop shares files with the others

export default {
  serverExternalPackages: ['bonin'], // native: it stays out of the bundles
  output: 'standalone',
  outputFileTracingRoot: EXAMPLES,
  turbopack: { root: EXAMPLES },
  images: { unoptimized: true },
  poweredByHeader: false,
  rewrites: async () => ({ beforeFiles: [{ source: '/', destination: '/index.html' }] }), // ../page, the page of every example
};
