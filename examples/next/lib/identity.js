// What bonin does: who may sign up, and who is told a login id.
import { Policy, Verifier } from 'bonin';
import { identityHandler } from 'bonin/web';
import { shop } from './shop.js';
import { visitNow } from './visits.js';

const APIS = { certifications: 'v1', 'identity-verifications': 'v2' };

/** A script gets the answer; a browser that was redirected goes back to the page, which asks /state. */
function tell(request, visit, home, answer) {
  if (request.method === 'POST') return Response.json(answer);
  visit.flash = answer;
  return new Response(null, { status: 303, headers: { Location: home } });
}

/** Both APIs of a `[api]/[[...step]]/route.js`. The handlers are made with the first request: the build has no credentials. */
export function identityRoutes(policy, home, onAllowed) {
  const handlers = new Map();

  function handlerOf(api) {
    const { clients, registry, settings } = shop();
    if (clients[api] && !handlers.has(api)) {
      const handler = identityHandler({
        verifier: new Verifier(clients[api], new Policy(policy), { registry }),
        channelKey: settings.channelKey,
        subject: (_request, visit) => visit.id,
        onAllowed: async (request, decision, visit) => tell(request, visit, home, { allowed: true, ...(await onAllowed(visit, decision)) }),
        onDenied: (request, { code, ko, findings }, visit) => {
          const { pathname, search } = new URL(request.url);
          return tell(request, visit, home, { code, ko, findings, again: pathname + search });
        },
      });
      handlers.set(api, handler);
    }
    return handlers.get(api);
  }

  async function handle(request, { params }) {
    const handler = handlerOf(APIS[(await params).api]);
    return handler ? handler(request, await visitNow()) : new Response(null, { status: 404 });
  }
  return { GET: handle, POST: handle };
}
