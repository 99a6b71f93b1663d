// PortOne's script, loaded from where the server says: whether it is PortOne's or the sandbox's is in its address alone.
// A page whose script is always the same has a script tag in place of this.

const loading = new Map();

/** Ahead of the press, so that the window opens at once and no browser takes it for an advertisement. */
export function loadScript(address) {
  if (!loading.has(address)) {
    const script = document.createElement('script');
    const loaded = new Promise((done, failed) => Object.assign(script, { src: address, onload: done, onerror: failed }));
    loaded.catch(() => {
      loading.delete(address); // the next press tries again
      script.remove();
    });
    loading.set(address, loaded);
    document.head.append(script);
  }
  return loading.get(address).catch(() => {}); // `verifyIdentity` tells what is missing
}
