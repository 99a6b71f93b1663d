// Next calls this once, when the server starts and not when it is built: the build has no credentials.
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { openShop } = await import('./lib/shop.js');
  await openShop();
}
