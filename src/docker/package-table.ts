import type { Fact } from '../value/fact.ts';

/** What an installed package puts into an image. A field that is not there is unknown, or depends on the distribution. */
export interface PackageContents {
  readonly cli?: boolean;
  readonly daemon?: boolean;
  readonly compose?: 'v1' | 'v2';
  readonly buildx?: boolean;
  /** What of it comes as a recommendation, and is missing after --no-install-recommends on some distribution. */
  readonly recommends?: readonly ('cli' | 'compose' | 'buildx')[];
  readonly by: Fact;
}

/** Who installs: a package manager; `script` for an install script or an archive by its address, `copy` for COPY --from. */
export type PackageManager = 'apt' | 'apk' | 'dnf' | 'yum' | 'zypper' | 'pacman' | 'brew' | 'nix' | 'pip' | 'npm' | 'script' | 'copy';

interface Row {
  readonly managers: readonly PackageManager[];
  readonly names: readonly string[];
  readonly gives: PackageContents;
}

const debian = 'https://packages.debian.org/search?keywords=docker';
const ubuntu = 'https://packages.ubuntu.com/search?keywords=docker';
const alpine = 'https://pkgs.alpinelinux.org/packages?name=docker*';
const upstream = 'https://docs.docker.com/engine/install/';
const packaging = 'https://github.com/docker/docker-ce-packaging/tree/master/deb';
const pypi = (name: string): string => `https://pypi.org/project/${name}/`;
const npm = (name: string): string => `https://www.npmjs.com/package/${name}`;

const row = (managers: readonly PackageManager[], names: readonly string[], gives: Omit<PackageContents, 'by'>, says: string, source: string): Row => ({ managers, names, gives: { ...gives, by: { says, source } } });
const upstreamManagers = ['apt', 'dnf', 'yum', 'zypper'] as const;

/** What each package gives. A name stands once for each manager. */
export const packages: readonly Row[] = [
  row(['apt'], ['docker', 'wmdocker'], { cli: false, daemon: false }, 'The Debian package docker is a dock for window managers, and later releases have none of that name; Docker\'s is docker.io', debian),
  row(['apt'], ['docker.io'], { cli: true, daemon: true, buildx: false, recommends: ['cli'] }, 'docker.io holds the daemon and the docker command; from Debian 13 on the command is the recommended package docker-cli', debian),
  row(['apt'], ['docker-cli'], { cli: true, recommends: ['buildx'] }, 'docker-cli holds the docker command from Debian 13 on; Ubuntu installs docker.io for it', debian),
  row(['apt'], ['docker-compose'], { cli: true, recommends: ['cli'] }, 'docker-compose is compose v1 up to Debian 12 and on Ubuntu, and v2 from Debian 13 on; the docker command is only recommended', debian),
  row(['apt'], ['docker-compose-v2'], { compose: 'v2', cli: true, recommends: ['cli'] }, 'docker-compose-v2 is Ubuntu\'s package of docker compose', ubuntu),
  row(['apt'], ['docker-buildx'], { buildx: true, recommends: ['cli'] }, 'docker-buildx is the plugin; on Ubuntu it brings docker.io', debian),
  row(['apt', 'dnf', 'yum', 'zypper', 'pacman', 'apk'], ['podman-docker'], { cli: false, daemon: false }, 'podman-docker puts a wrapper around podman in the place of the docker command', debian),
  row(['apt'], ['docker-doc', 'python3-docker', 'docker-registry'], { cli: false, daemon: false }, 'This Debian package holds no docker command', debian),
  row(['apt'], ['docker-clean'], { cli: true, daemon: true, recommends: ['cli'] }, 'docker-clean depends on docker.io', debian),
  row(upstreamManagers, ['docker-ce'], { cli: true, daemon: true, compose: 'v2', buildx: true, recommends: ['compose', 'buildx'] }, 'docker-ce holds the daemon and depends on docker-ce-cli; the plugins are recommended', packaging),
  row(upstreamManagers, ['docker-ce-cli'], { cli: true, daemon: false, compose: 'v2', buildx: true, recommends: ['compose', 'buildx'] }, 'docker-ce-cli holds the docker command; the plugins are recommended', packaging),
  row(upstreamManagers, ['docker-ee', 'docker-engine'], { cli: true, daemon: true }, 'docker-engine and docker-ee are older packages of the daemon with its command', upstream),
  row(upstreamManagers, ['docker-compose-plugin'], { cli: false, daemon: false, compose: 'v2' }, 'docker-compose-plugin gives docker compose to a docker command that is there', packaging),
  row(upstreamManagers, ['docker-buildx-plugin'], { cli: false, daemon: false, buildx: true }, 'docker-buildx-plugin gives docker buildx to a docker command that is there', packaging),
  row(upstreamManagers, ['containerd.io', 'docker-ce-rootless-extras'], { cli: false, daemon: false }, 'This package is a part of the engine without the docker command', packaging),
  row(['apt', 'dnf', 'yum'], ['moby-engine'], { daemon: true }, 'moby-engine is the daemon of Microsoft\'s repository, and of Fedora', 'https://packages.microsoft.com/'),
  row(['apt', 'dnf', 'yum'], ['moby-cli'], { cli: true, daemon: false }, 'moby-cli is the docker command of Microsoft\'s repository', 'https://packages.microsoft.com/'),
  row(['apt'], ['moby-compose'], { compose: 'v2' }, 'moby-compose is docker compose of Microsoft\'s repository', 'https://packages.microsoft.com/'),
  row(['apt'], ['moby-buildx'], { buildx: true }, 'moby-buildx is docker buildx of Microsoft\'s repository', 'https://packages.microsoft.com/'),

  row(['apk'], ['docker'], { cli: true, daemon: true }, 'Alpine\'s docker is docker-engine and docker-cli', alpine),
  row(['apk'], ['docker-cli'], { cli: true, daemon: false }, 'Alpine\'s docker-cli is the docker command', alpine),
  row(['apk'], ['docker-engine'], { cli: false, daemon: true }, 'Alpine\'s docker-engine is the daemon alone', alpine),
  row(['apk'], ['docker-cli-compose'], { daemon: false, compose: 'v2' }, 'Alpine\'s docker-cli-compose is the plugin docker compose', alpine),
  row(['apk'], ['docker-cli-buildx'], { daemon: false, buildx: true }, 'Alpine\'s docker-cli-buildx is the plugin docker buildx', alpine),
  row(['apk'], ['docker-compose'], { daemon: false }, 'Alpine\'s docker-compose is compose v1 up to about 3.16, and another name of docker-cli-compose since', alpine),
  row(['apk'], ['docker-rootless-extras', 'docker-openrc', 'docker-bash-completion'], { cli: false, daemon: false }, 'This Alpine package holds no docker command', alpine),

  // Fedora's docker is the engine, that of RHEL and its kin is podman-docker, Amazon's is the engine.
  row(['dnf', 'yum'], ['docker'], {}, 'The package docker is the engine on Fedora, Amazon Linux and CentOS 7, and a wrapper around podman on RHEL 8 and its kin', 'https://docs.fedoraproject.org/en-US/quick-docs/installing-docker/'),
  row(['dnf', 'yum'], ['docker-cli'], { cli: true }, 'docker-cli is Fedora\'s docker command', 'https://packages.fedoraproject.org/pkgs/moby-engine/docker-cli/'),
  row(['zypper', 'pacman'], ['docker'], { cli: true, daemon: true }, 'The package docker holds the daemon and the docker command', 'https://wiki.archlinux.org/title/Docker'),
  row(['pacman', 'zypper'], ['docker-compose'], { compose: 'v2' }, 'docker-compose is the plugin docker compose', 'https://wiki.archlinux.org/title/Docker'),
  row(['pacman', 'zypper'], ['docker-buildx'], { buildx: true }, 'docker-buildx is the plugin docker buildx', 'https://wiki.archlinux.org/title/Docker'),
  row(['brew'], ['docker'], { cli: true, daemon: false }, 'The formula docker is the docker command alone', 'https://formulae.brew.sh/formula/docker'),
  row(['brew'], ['docker-compose'], { compose: 'v2', daemon: false }, 'The formula docker-compose is docker compose', 'https://formulae.brew.sh/formula/docker-compose'),
  row(['nix'], ['docker', 'docker-client'], { cli: true }, 'nixpkgs has the docker command in docker and docker-client', 'https://search.nixos.org/packages?query=docker'),

  row(['pip'], ['docker', 'docker-py', 'podman-compose', 'python-on-whales', 'testcontainers'], { cli: false, daemon: false }, 'This Python package is a library without a docker command', pypi('docker')),
  row(['pip'], ['docker-compose'], { cli: false, daemon: false, compose: 'v1' }, 'docker-compose from PyPI is compose v1 without a docker command', pypi('docker-compose')),
  row(['npm'], ['docker', 'dockerode', 'docker-modem', 'testcontainers', 'docker-cli-js', 'node-docker-api', 'docker-compose'], { cli: false, daemon: false }, 'This npm package is a library without a docker command', npm('dockerode')),

  row(['script'], ['get.docker.com', 'test.docker.com'], { cli: true, daemon: true, compose: 'v2', buildx: true }, 'The script of get.docker.com installs docker-ce, its command and its plugins, on apt, dnf and zypper distributions alone', 'https://github.com/docker/docker-install'),
  row(['script'], ['get.docker.com/rootless'], { cli: true, daemon: true }, 'The rootless script installs docker and dockerd into ~/bin', 'https://docs.docker.com/engine/security/rootless/'),
  row(['script'], ['docker-static'], { cli: true, buildx: false }, 'The static archive holds the docker command and the daemon without plugins', 'https://docs.docker.com/engine/install/binaries/'),
  row(['script'], ['docker-compose-v1'], { cli: false, daemon: false, compose: 'v1' }, 'A release 1.x of compose is the command docker-compose', 'https://github.com/docker/compose/releases'),
  row(['script', 'copy'], ['docker-compose', 'docker/compose-bin'], { cli: false, daemon: false, compose: 'v2' }, 'A release of compose is docker-compose, and docker compose where it lies among the plugins', 'https://github.com/docker/compose/releases'),
  row(['script', 'copy'], ['docker-buildx', 'docker/buildx-bin'], { cli: false, daemon: false, buildx: true }, 'A release of buildx is the plugin', 'https://github.com/docker/buildx/releases'),
  row(['copy'], ['docker', 'docker-cli'], { cli: true, daemon: false, buildx: false }, 'The docker binary of the official image is static and comes without its plugins', 'https://hub.docker.com/_/docker'),
];
