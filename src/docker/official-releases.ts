import type { Fact } from '../value/fact.ts';
import type { Truth } from '../value/truth.ts';
import { type Versions, exactly, meet, olderThan, version } from './version.ts';

/** What the last build of the official image of these releases is like; «maybe» where they differ, or where builds of one release do. */
export interface ReleaseTraits {
  /** The value of DOCKER_TLS_CERTDIR in the image; `absent` up to 18.09.7, where the variable means nothing. */
  readonly tlsFolder: 'absent' | '' | '/certs' | undefined;
  /** Whether a daemon whose certificates cannot be made listens without TLS instead of exiting. */
  readonly plainWithoutCertificates: Truth;
  /** Whether docker-init stands before dockerd, so that zombies are reaped. */
  readonly reaps: Truth;
  /** Whether iptables is nftables first, so that hosts without the legacy tables do. */
  readonly nftables: Truth;
  /** Whether the server's certificate says what it is for, which strict clients ask. */
  readonly serverAuthentication: Truth;
  /** Whether the inner socket belongs to a group docker of the image, number 2375. */
  readonly dockerGroup: Truth;
  /** Whether the daemon's image has git. */
  readonly git: Truth;
  /** Whether docker compose and docker buildx are there; docker-compose is a link to the first. */
  readonly plugins: Truth;
  /** Whether the daemon copes with cgroup v2. */
  readonly cgroupV2: Truth;
  /** Whether the image itself asks for the storage driver vfs. */
  readonly forcesVfs: Truth;
}

/** The traits of a set of releases. Sources: see releaseFacts. */
export function releaseTraits(versions: Versions): ReleaseTraits {
  const since = (release: string): Truth => contrary(olderThan(versions, release));
  const without = (truth: Truth, ...releases: readonly string[]): Truth => (releases.some((release) => holdsOne(versions, release)) ? (single(versions) ? contrary(truth) : 'maybe') : truth);
  const doubtful = (truth: Truth, ...releases: readonly string[]): Truth => (releases.some((release) => holdsOne(versions, release)) ? 'maybe' : truth);
  return {
    tlsFolder: folderOf(versions),
    plainWithoutCertificates: without(within(since('18.09.8'), olderThan(versions, '20.10.24')), '23.0.0'),
    reaps: without(since('20.10.7'), '22.06.0', '23.0.0', '23.0.1', '23.0.2', '23.0.3', '23.0.4', '23.0.5'),
    nftables: doubtful(since('24.0.8'), '24.0.7'),
    serverAuthentication: since('28.2.0'),
    dockerGroup: doubtful(since('24.0.8'), '24.0.7'),
    git: doubtful(without(since('25.0.4'), '24.0.9'), '25.0.3'),
    plugins: since('20.10.15'),
    cgroupV2: since('20.10'),
    forcesVfs: without(olderThan(versions, '17.06.2'), '17.07.0'),
  };
}

/** Where each trait can be read. */
export const releaseFacts: Readonly<Record<keyof ReleaseTraits, Fact>> = {
  tlsFolder: { says: 'The image sets DOCKER_TLS_CERTDIR to /certs from 19.03 on, to nothing in 18.09.8 and 18.09.9, and not at all before', source: 'https://github.com/docker-library/docker/commit/6438624' },
  plainWithoutCertificates: { says: 'Builds before 2023-02-03 listen without TLS where the certificates cannot be made', source: 'https://github.com/docker-library/docker/commit/38e13c8' },
  reaps: { says: 'docker-init stands before dockerd from 20.10.7 on, in 23.0 with 23.0.6', source: 'https://github.com/docker-library/docker/commit/8baa881' },
  nftables: { says: 'The image uses nftables first from 24.0.8 on, where the host has no legacy rules', source: 'https://github.com/docker-library/docker/issues/463' },
  serverAuthentication: { says: 'The server certificate is marked for server authentication from 28.2.0 on', source: 'https://github.com/docker-library/docker/commit/b5332f2' },
  dockerGroup: { says: 'The image has a group docker with number 2375 from the builds of 2023-12 on', source: 'https://github.com/docker-library/docker/commit/9ebd7f6' },
  git: { says: 'The daemon image has git from 2024-02-23 on', source: 'https://github.com/docker-library/docker/blob/master/Dockerfile-dind.template' },
  plugins: { says: 'The image has docker compose and docker buildx from 20.10.15 on', source: 'https://github.com/docker-library/docker/commit/9aaa758' },
  cgroupV2: { says: 'dockerd runs on a host with cgroup v2 from 20.10 on', source: 'https://docs.docker.com/engine/release-notes/20.10/' },
  forcesVfs: { says: 'The daemon image passes --storage-driver=vfs in builds before 2017-10-31', source: 'https://github.com/docker-library/docker/commit/b766381' },
};

function folderOf(versions: Versions): ReleaseTraits['tlsFolder'] {
  if (olderThan(versions, '19.03') === 'no') return '/certs';
  if (olderThan(versions, '18.09.8') === 'yes') return 'absent';
  return olderThan(versions, '18.09.8') === 'no' && olderThan(versions, '19.03') === 'yes' ? '' : undefined;
}

const contrary = (truth: Truth): Truth => (truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'maybe');
/** Both of two bounds of a stretch. */
const within = (after: Truth, before: Truth): Truth => (after === 'no' || before === 'no' ? 'no' : after === 'yes' && before === 'yes' ? 'yes' : 'maybe');

function holdsOne(versions: Versions, release: string): boolean {
  const one = version(release);
  return one !== undefined && meet(versions, exactly(one));
}

const single = ({ from, until }: Versions): boolean => until !== undefined && until[0] === from[0] && until[1] === from[1] && until[2] === from[2] + 1;
