import { expect, test } from 'vitest';
import { type ImageReference, imageReference } from '../../src/docker/image-reference.ts';
import { distributionOf, installedRelease } from '../../src/docker/installed-release.ts';
import { written } from '../../src/docker/version.ts';

const image = (text: string): ImageReference => imageReference(text) ?? { repository: text };

test.each([
  ['debian:12', 'Debian 12'],
  ['debian:12.5-slim', 'Debian 12'],
  ['debian:bookworm-20240110-slim', 'Debian 12'],
  ['debian', 'Debian 13, moving'],
  ['debian:stable-slim', 'Debian 13, moving'],
  ['ubuntu:22.04', 'Ubuntu 22.04'],
  ['ubuntu:jammy-20240111', 'Ubuntu 22.04'],
  ['ubuntu', undefined],
  ['alpine:3.20.3', 'Alpine 3.20'],
  ['alpine:3.2', undefined],
  ['alpine', 'Alpine 3.24, moving'],
  ['python:3.12-slim-bookworm', 'Debian 12'],
  ['node:20-alpine3.19', 'Alpine 3.19'],
  ['eclipse-temurin:17-jdk-jammy', 'Ubuntu 22.04'],
  ['python:3.12', undefined],
  // Who made another image, and what else is in it, is nobody's to say.
  ['example/tools:bookworm', undefined],
  ['debian@sha256:2a232a42256f70d78e3cc5d2b5d6b3276710a0de0596c145f627ecfae90282ac', undefined],
])('the distribution of %s', (text, expected) => {
  const found = distributionOf(image(text));
  expect(found === undefined ? undefined : `${found.name}${found.moves ? ', moving' : ''}`).toBe(expected);
});

test.each([
  ['daemon', 'docker.io', 'debian:12', '20.10.24..20.10.25 fixed'],
  ['cli', 'docker.io', 'debian:12', '20.10.24..20.10.25 fixed'],
  ['daemon', 'docker.io', 'debian', '26.1.5..26.1.6'],
  ['daemon', 'docker-cli', 'debian:13', undefined],
  ['cli', 'docker-cli', 'debian:13', '26.1.5..26.1.6 fixed'],
  // Ubuntu's updates go on to later releases.
  ['daemon', 'docker.io', 'ubuntu:22.04', '29.1.3..29.1.4'],
  ['daemon', 'docker', 'alpine:3.10', '18.09.0..18.10.0 fixed'],
  ['daemon', 'docker-engine', 'alpine:3.23', '29.1.3..29.1.4 fixed'],
  ['daemon', 'docker', 'debian:12', undefined],
  ['daemon', 'docker-ce', 'ubuntu:24.04', '29.7.2..'],
  ['daemon', 'get.docker.com', 'debian:12', '29.7.2..'],
  // Docker's own repository has given up on it.
  ['daemon', 'docker-ce', 'ubuntu:18.04', undefined],
  ['daemon', 'docker-ce', 'example/base:1', undefined],
  ['daemon', 'docker-ce=24.0.7', 'example/base:1', '24.0.7..24.0.8 fixed'],
  ['daemon', 'docker-ce=19.03', 'ubuntu:18.04', '19.03.15..19.03.16 fixed'],
  ['cli', 'docker-cli=latest', 'node:22', '29.7.2..'],
  ['cli', 'docker-cli=28-cli', 'node:22', '28.5.2..28.5.3 fixed'],
  ['daemon', 'docker-static=18.09.6', undefined, '18.09.6..18.09.7 fixed'],
  ['daemon', 'get.docker.com=', 'debian:12', undefined],
  ['daemon', 'jq', 'debian:12', undefined],
] as const)('the %s in %s on %s', (part, name, base, expected) => {
  const found = installedRelease(part, name, base === undefined ? undefined : image(base));
  expect(found === undefined ? undefined : `${written(found.versions.from)}..${found.versions.until === undefined ? '' : written(found.versions.until)}${found.fixed ? ' fixed' : ''}`).toBe(expected);
});
