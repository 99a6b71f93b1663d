// What both scripts share: they open the sandbox's window, and hear from it.

const SANDBOX = new URL(document.currentScript.src).origin;
const CUT_OFF =
  'bonin sandbox: the popup counts as closed, and it never said that it was open. If it is still open, this page sends ' +
  '`Cross-Origin-Opener-Policy: same-origin` (the default of helmet and Django): set `same-origin-allow-popups`.';
const WIDTH = 480;
const HEIGHT = 720;

const isMobile = () =>
  /Android|iPhone|iPad|iPod|Mobile/i.test(navigator.userAgent) || (/Mac/.test(navigator.platform) && navigator.maxTouchPoints > 1); // an iPad that calls itself a Mac

const isWebAddress = (text) => {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol);
  } catch {
    return false;
  }
};

/** The window's address. What is not given is left out. */
const windowAddress = (fields) => {
  const address = new URL('/sandbox/window', SANDBOX);
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null && value !== '') address.searchParams.set(name, String(value));
  }
  return address.href;
};

const redirect = (fields) => location.assign(windowAddress({ ...fields, mode: 'redirect', origin: location.origin }));

/**
 * Opens the window as a popup; false when the browser does not let us. `done` is called once, with `{answer, refused,
 * address}`: what the page is told, what the sandbox refused, and the redirect address that says the same. All are
 * missing when the popup was closed before it could say who it was.
 */
const openPopup = (fields, done) => {
  const call = `${Date.now()}-${Math.random()}`;
  const left = Math.max(0, Math.round(window.screenX + (window.outerWidth - WIDTH) / 2));
  const top = Math.max(0, Math.round(window.screenY + (window.outerHeight - HEIGHT) / 2));
  const popup = window.open(
    windowAddress({ ...fields, mode: 'popup', origin: location.origin, call }),
    `bonin-sandbox-${call}`, // a name of its own: the window before it may still be closing, and would be taken again
    `popup,width=${WIDTH},height=${HEIGHT},left=${left},top=${top}`,
  );
  if (!popup) return false;

  let whenClosed = {};
  let seenClosed = false;
  const finish = (result) => {
    clearInterval(watch);
    window.removeEventListener('message', hear);
    done(result);
  };
  const hear = ({ origin, source, data }) => {
    if (origin !== SANDBOX || source !== popup || !data || data.call !== call) return;
    if (data.kind === 'opened') whenClosed = data;
    if (data.kind === 'finished') finish(data);
  };
  // Twice: the last message of a window that closed itself may still be on its way.
  const watch = setInterval(() => {
    if (popup.closed && seenClosed) {
      if (!whenClosed.answer) console.warn(CUT_OFF);
      finish(whenClosed);
    }
    seenClosed = popup.closed;
  }, 200);
  window.addEventListener('message', hear);
  return true;
};
