/**
 * The ratio of the fastest peer, by the results of all; undefined where one of them was not measured, since
 * that one may be the fastest.
 */
export function fastestPeer(peers, results) {
  const ratios = peers.map((name) => results.get(name)?.ratio)
  return ratios.includes(undefined) ? undefined : Math.max(...ratios)
}
