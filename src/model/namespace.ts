import { type Value, chain, known } from '../value/value.ts';
import type { Place } from './topology.ts';

/** Whose network namespace this place lives in, through others that live in another's; unknown where that is. */
export function namespaceOf(place: Place, depth = 8): Value<Place> {
  if (place.kind === 'machine') return known(place, { kind: 'written', at: place.at });
  return chain(place.localhost, (home): Value<Place> => (home === 'own' || home === place || depth === 0 ? known(place, place.localhost.origin) : namespaceOf(home, depth - 1)));
}
