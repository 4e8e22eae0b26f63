import type { Invocation, Word } from '../../model/topology.ts';
import { type Origin, type Value, known, openBy } from '../../value/value.ts';
import { nameOf } from '../../text/paths.ts';

/**
 * What a command installs, by the names that src/docker/packages.ts knows; `open` where a name of its list is not in view.
 * `before` is what commands so far have brought: a script can be run once it is there.
 */
export function installedBy(invocation: Invocation, before: readonly Value<string>[] = []): { readonly items: readonly Value<string>[]; readonly open?: Origin } {
  const { words, at } = invocation;
  const texts = words.map((word) => (word.kind === 'known' ? word.value : ''));
  const tool = texts[0]?.split('/').at(-1) ?? '';
  if (/^(?:ba|da|a)?sh$/.test(tool)) return { items: before.some((one) => one.kind === 'known' && one.value === 'get.docker.com') ? releaseAsked(invocation, texts) : [] };
  const python = /^python[\d.]*$/.test(tool) && texts[1] === '-m' && texts[2] === 'pip';
  const manager = managers.find(({ tools }) => tools.test(python ? 'pip' : tool));
  if (manager === undefined) return { items: /^(?:curl|wget|aria2c|fetch)$/.test(tool) ? words.flatMap(download) : [] };
  const verb = words.findIndex((word, index) => index > (python ? 2 : 0) && word.kind === 'known' && manager.verb.test(word.value));
  if (verb === -1) return { items: [] };
  const items: Value<string>[] = [];
  let open: Origin | undefined;
  for (let index = verb + 1; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) continue;
    if (word.kind !== 'known') open ??= { ...word.origin, at: word.origin.at.source === at.source ? word.origin.at : at };
    else if (manager.valued.includes(word.value)) index++;
    else if (!word.value.startsWith('-')) items.push(...namesOf(manager.id, word.value).map((name) => known(pinned(manager.id, name, word.value), word.origin)));
  }
  return { items, ...openBy(open) };
}

/** Package managers, the subcommand that installs, and their options that take the next word. */
const managers: readonly { readonly id: string; readonly tools: RegExp; readonly verb: RegExp; readonly valued: readonly string[] }[] = [
  { id: 'apt', tools: /^(?:apt|apt-get|aptitude)$/, verb: /^install$/, valued: ['-t', '--target-release', '-o', '-c', '-a'] },
  { id: 'apk', tools: /^apk$/, verb: /^add$/, valued: ['-t', '--virtual', '-X', '--repository', '-p', '--root', '--keys-dir', '--cache-dir', '--arch'] },
  { id: 'dnf', tools: /^(?:dnf|yum|microdnf|tdnf)$/, verb: /^(?:install|localinstall|reinstall)$/, valued: ['-c', '-x', '--exclude', '--enablerepo', '--disablerepo', '--releasever', '--installroot', '--setopt'] },
  { id: 'dnf', tools: /^amazon-linux-extras$/, verb: /^install$/, valued: [] },
  { id: 'zypper', tools: /^zypper$/, verb: /^(?:in|install)$/, valued: ['-r', '--repo', '-t', '--type'] },
  { id: 'pacman', tools: /^pacman$/, verb: /^-S[yuq]*$/, valued: [] },
  { id: 'brew', tools: /^brew$/, verb: /^install$/, valued: [] },
  { id: 'pip', tools: /^pip[\d.]*$/, verb: /^install$/, valued: ['-r', '--requirement', '-c', '--constraint', '-i', '--index-url', '--extra-index-url', '-f', '-t', '--target', '--prefix', '--root', '-e'] },
];

/** The package's name without its version; what it is elsewhere known as, where the same name means several things. */
function namesOf(manager: string, word: string): readonly string[] {
  const [plain = ''] = /^[^=~<>!@\s[;/]+/.exec(word.toLowerCase()) ?? [];
  const name = manager === 'dnf' ? plain.replace(/-\d+[:.].*$/, '') : manager === 'apt' ? plain.replace(/:[a-z0-9-]+$/, '') : plain;
  if (name === '') return [];
  if (name !== 'docker') return [name];
  // https://pkgs.alpinelinux.org/package/edge/community/x86_64/docker, https://packages.debian.org/search?keywords=wmdocker, https://pypi.org/project/docker/
  if (manager === 'apk') return ['docker', 'docker-cli', 'docker-engine'];
  return [manager === 'apt' ? 'wmdocker' : manager === 'pip' ? 'python3-docker' : name];
}

/** The name with the release that the word asks for, where it is one that Docker comes in: `docker-ce=24.0.7`. */
function pinned(manager: string, name: string, word: string): string {
  if (!dockers.has(name)) return name;
  const release = (manager === 'dnf' ? /-(?:\d+:)?(\d+(?:\.\d+)+)/ : /=~?(?:\d+:)?(\d+(?:\.\d+)*)/).exec(word.replace('~=', '=~'))?.[1];
  return release === undefined ? name : `${name}=${release}`;
}

const dockers: ReadonlySet<string> = new Set(['docker', 'docker.io', 'docker-cli', 'docker-engine', 'docker-ce', 'docker-ce-cli', 'docker-ee', 'moby-engine', 'moby-cli']);

/** The release that Docker's install script is told to install, by `--version` or by VERSION, wherever its text comes from. */
function releaseAsked({ env, words }: Invocation, texts: readonly string[]): readonly Value<string>[] {
  const index = texts.findIndex((text) => text === '--version' || text.startsWith('--version='));
  const flag = texts[index]?.startsWith('--version=') === true ? words[index] : words[index + 1];
  if (index > 0 && flag !== undefined) return releaseNamed(flag.kind === 'known' ? flag.value.replace('--version=', '') : undefined, flag.origin);
  const { value } = env.written('VERSION')[0] ?? {};
  return value === undefined ? [] : releaseNamed(value.kind === 'known' ? (value.value ?? undefined) : undefined, value.origin);
}

const releaseNamed = (text: string | undefined, origin: Origin): readonly Value<string>[] => [known(`get.docker.com=${text?.replace(/^v/, '') ?? ''}`, origin)];

/** What is fetched by its address. */
function download(word: Word): readonly Value<string>[] {
  const text = word.kind === 'known' ? word.value : word.kind === 'unknown' ? (word.shape ?? []).map((piece) => (typeof piece === 'string' ? piece : '')).join('') : '';
  const name = addressGives(text);
  return name === undefined ? [] : [known(name, word.origin)];
}

/** What an address gives, by the names of install scripts and archives; undefined where it has nothing to do with Docker. */
export function addressGives(address: string): string | undefined {
  const [, script] = /(?:^|\/\/)(get\.docker\.com\/rootless|(?:get|test)\.docker\.com)(?:\/|$)/.exec(address.toLowerCase()) ?? [];
  if (script !== undefined && !/\/builds\//.test(address)) return script;
  if (/(?:download\.docker\.com\/(?:linux|mac|win)\/static\/|get\.docker\.com\/builds\/)/.test(address)) {
    const [, release] = /\/docker-(\d+\.\d+(?:\.\d+)?)[^/]*\.tgz$/.exec(address) ?? [];
    return release === undefined ? 'docker-static' : `docker-static=${release}`;
  }
  if (/github\.com\/docker\/compose\/releases\/download\/v?1\./.test(address)) return 'docker-compose-v1';
  if (/github\.com\/docker\/compose\/releases\//.test(address)) return 'docker-compose';
  return /github\.com\/docker\/buildx\/releases\//.test(address) ? 'docker-buildx' : undefined;
}

/** What a file of this name is, once it lies in an image: the docker binary and its plugins. */
export function programGives(path: string): string | undefined {
  const name = nameOf(path);
  return programs.find(([pattern]) => pattern.test(name))?.[1];
}

const programs: readonly (readonly [RegExp, string])[] = [
  [/^docker$/, 'docker-cli'],
  [/^dockerd$/, 'docker-engine'],
  [/^docker-compose(?:-linux-.*)?$/, 'docker-compose'],
  [/^(?:docker-)?buildx(?:-v.*)?$/, 'docker-buildx'],
];
