import { type OfficialImage, officialImage } from '../docker/images.ts';
import { type Value, chain, known, unknown } from '../value/value.ts';
import type { Container } from './topology.ts';

/**
 * The official image's description; known to be undefined for another image. `docker:${VERSION}-dind` is the official
 * image of an unknown release.
 */
export function official(container: Container): Value<OfficialImage | undefined> {
  const { image } = container;
  if (image.kind !== 'unknown') {
    return chain(image, (reference): Value<OfficialImage | undefined> => {
      const one = officialImage(reference);
      return one?.certain === false ? unknown('remote', image.origin) : known(one, image.origin);
    });
  }
  const [first, last] = [image.shape?.[0], image.shape?.at(-1)];
  if (typeof first !== 'string' || typeof last !== 'string' || !/^(?:docker\.io\/|library\/)*docker:/.test(first)) return image;
  const [, rootless] = /-dind(-rootless)?$/.exec(last) ?? [];
  if (!/-dind(?:-rootless)?$/.test(last)) return image;
  return known({ variant: rootless === undefined ? 'dind' : 'dind-rootless', startsDaemon: true, byIntent: true, versions: undefined, floating: false, moving: false, frozen: false, certain: true }, image.origin);
}
