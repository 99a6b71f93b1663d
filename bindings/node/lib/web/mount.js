'use strict';
// Which route a request is for, however the router is mounted.

/** Without the query and one slash at the end. */
const pathOf = (url) => url.split('?', 1)[0].replace(/(?<=.)\/$/, '');

/** The path as the browser sent it: Express keeps what a mount took in `baseUrl`, Nest on Fastify has `originalUrl` alone. */
const wholePathOf = ({ url, baseUrl, originalUrl }) => pathOf(baseUrl === undefined ? (originalUrl ?? url) : baseUrl + url);

/** The route that a path ends with, and its place; no place ends with another. Neither: there is none. */
const endOf = (routes, path) => [...routes].find(([place]) => path.endsWith(place)) ?? [];

/** The route of a path wherever the routes are mounted, or undefined. */
const routeAtEnd = (routes, path) => endOf(routes, pathOf(path))[1];

/**
 * The route of a request, or undefined. A mount may have taken a part of the route's own path away (`app.use('*', router)`,
 * `forRoutes('*')`): then what counts is how the whole path ends.
 * @param {Map<string, Function>} routes
 */
function routeOf(routes, req) {
  const rest = pathOf(req.url);
  const exact = routes.get(rest);
  if (exact !== undefined) return exact;
  const [place, route] = endOf(routes, wholePathOf(req));
  return place !== undefined && rest.length < place.length ? route : undefined;
}

module.exports = { routeAtEnd, routeOf };
