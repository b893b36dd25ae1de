const WIDTH = 180;
const HEIGHT = 48;
const GAP = { x: 120, y: 56 };

/**
 * Who calls whom, as a picture: callers on the left of what they call.
 * @param {Record<string, Record<string, readonly string[]>>} calls of tools/boundaries.mjs
 * @returns {string} SVG
 */
export function serviceMap(calls) {
  const columns = columnsOf(calls);
  const places = new Map(
    columns.flatMap((services, column) =>
      services.map((service, row) => [service, { x: 20 + column * (WIDTH + GAP.x), y: 20 + row * (HEIGHT + GAP.y) }]),
    ),
  );
  const arrows = Object.entries(calls).flatMap(([caller, callees]) =>
    Object.entries(callees).map(([callee, rpcs]) => arrow(places.get(caller), places.get(callee), rpcs)),
  );
  const boxes = [...places].map(
    ([service, { x, y }]) =>
      `<a href="#${service}"><rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="8"/>` +
      `<text x="${x + WIDTH / 2}" y="${y + HEIGHT / 2 + 5}" text-anchor="middle">${service}</text></a>`,
  );
  const size = [columns.length * (WIDTH + GAP.x), Math.max(...columns.map(({ length }) => length)) * (HEIGHT + GAP.y)];
  return [
    `<svg viewBox="0 0 ${size[0]} ${size[1]}" role="img" aria-label="Which services call which">`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
    ...arrows,
    ...boxes,
    '</svg>',
  ].join('\n');
}

/** Each service one column right of the last of its callers. */
function columnsOf(calls) {
  const depth = (service, seen = []) => {
    if (seen.includes(service)) return 0;
    const callers = Object.keys(calls).filter((caller) => calls[caller][service]);
    return callers.length === 0 ? 0 : 1 + Math.max(...callers.map((caller) => depth(caller, [...seen, service])));
  };
  const columns = [];
  for (const service of Object.keys(calls)) {
    const column = depth(service);
    columns[column] ??= [];
    columns[column].push(service);
  }
  return columns.map((services) => services ?? []);
}

function arrow(from, to, rpcs) {
  const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
  return (
    `<path class="call" d="M${x1} ${y1} C${x1 + 60} ${y1} ${x2 - 60} ${y2} ${x2} ${y2}" marker-end="url(#tip)"/>` +
    `<text class="rpcs" x="${x2 - 8}" y="${y2 - 8}" text-anchor="end">${rpcs.join(', ')}</text>`
  );
}
