import { daemonApi } from '../docker/api-version.ts';
import { type Setting, assumption } from '../docker/assumptions.ts';
import type { Option } from '../docker/command-line.ts';
import { certificateNames, plainDelay, tlsByDefault } from '../docker/engine.ts';
import { defaultSocket, readHost } from '../docker/host.ts';
import { type OfficialImage, knownImage } from '../docker/images.ts';
import { usesContainerdStore } from '../docker/storage-driver.ts';
import { type Versions, olderThan } from '../docker/version.ts';
import { type Origin, type Value, chain, choices, derived, implied, known, map, openBy, sole, unknown, written } from '../value/value.ts';
import { releaseInstalled } from './installed.ts';
import { optionsOf, settingsOf } from './daemon-config.ts';
import { official } from './official.ts';
import { cleanPath, mountOver } from './places.ts';
import type { Certificate, Container, Daemon, Endpoint, Invocation, Listener, Machine, MountSource } from './topology.ts';

/** Looks up a setting of the platform; see `Context.setting`. */
export type Settings = <T extends Setting>(key: string, at: Origin['at']) => Value<T>;

/** How a container comes to run a daemon. */
export interface Start {
  readonly by: 'image' | 'dockerd' | 'script';
  /** Whether dockerd-entrypoint.sh adds its hosts and certificates. */
  readonly adds: boolean;
  readonly flags: readonly Option[];
  readonly runs: Value<boolean>;
  readonly env: Container['env'];
  /** Set where it is dockerd-rootless.sh that starts it, as the user who installed it. */
  readonly rootless?: Origin;
  /** Set where more is said of it out of our sight: a word that is not known, a service's own configuration. */
  readonly more?: Origin;
  readonly at: Origin['at'];
}

/** The engine of a machine, at its socket; undefined where it has none. */
export function engineOf(machine: Machine): Daemon | undefined {
  if (machine.engine.kind === 'known' && machine.engine.value === undefined) return undefined;
  const at = machine.at;
  const version = chain(machine.engine, (engine): Value<Versions> => (engine === undefined ? unknown('setting', machine.engine.origin) : known(engine, machine.engine.origin)));
  const listener: Listener = { endpoint: { scheme: 'unix', path: defaultSocket }, speaks: 'plain' };
  return {
    runsIn: machine,
    called: `${machine.called}'s engine`,
    startedBy: 'machine',
    runs: known(true, written(at)),
    listens: { items: [known(listener, written(at))], open: written(at) },
    version,
    rootless: unknown('setting', written(at)),
    certificate: unknown('setting', written(at)),
    api: apiOf(version),
    socketGroup: unknown('setting', written(at)),
    roots: [{ path: known('/var/lib/docker', written(at)), source: known({ kind: 'path', path: known('/var/lib/docker', written(at)), of: machine }, written(at)) }],
    storageDriver: unknown('setting', written(at)),
    readyAfter: known(0, written(at)),
    at,
  };
}

const option = (flags: readonly Option[], ...names: readonly string[]): Option | undefined => flags.findLast(({ name }) => names.includes(name));

/** Whether a switch is given and on; undefined where it is not given. */
function switched(flags: readonly Option[], name: string): boolean | undefined {
  const found = option(flags, name);
  if (found === undefined) return undefined;
  return found.value?.kind === 'known' ? !/^(?:0|f|false)$/i.test(found.value.value) : true;
}

/** The daemon that a container comes to run by this start: where it listens, what it speaks, where its data lies. */
export function daemonStarted(container: Container, start: Start, setting: Settings): Daemon {
  const image = official(container);
  const version = versionOf(container, image, setting);
  const rootless: Value<boolean> = start.rootless !== undefined ? known(true, start.rootless) : chain(image, (one) => known(one === undefined ? rootlessByName(container) : one.variant === 'dind-rootless', container.image.origin));
  const speech = speechOf(container, start, version);
  const settings = settingsOf(container, start.flags);
  const listens = listenersOf(container, start, speech, rootless, settings);
  return {
    runsIn: container,
    called: container.called,
    startedBy: start.by,
    runs: start.runs,
    listens,
    version,
    rootless,
    certificate: certificateOf(container, start, speech),
    api: apiOf(version, start.env),
    ...(start.more === undefined ? { options: optionsOf(container, start.flags, start.adds, speech) } : {}),
    ...(settings === undefined ? {} : { settings }),
    socketGroup: groupOf(start, version, container),
    roots: rootsOf(container, start, rootless, version),
    storageDriver: driverOf(start, container),
    readyAfter: readinessOf(start, listens.items, version),
    at: start.at,
  };
}

/** Of another image that comes with a daemon: whether its name says that this one is rootless. */
function rootlessByName({ image }: Container): boolean {
  const reference = sole(image);
  return reference !== undefined && (knownImage(reference)?.daemon ?? false) !== false && /rootless/.test(`${reference.repository}:${reference.tag ?? ''}`);
}

function versionOf(container: Container, image: Value<OfficialImage | undefined>, setting: Settings): Value<Versions> {
  return chain(image, (one): Value<Versions> => {
    if (one === undefined) return releaseInstalled(container, 'daemon', setting);
    if (one.versions === undefined) return unknown('remote', container.image.origin);
    const versions = known(one.versions, container.image.origin);
    if (!one.moving && !one.floating) return versions;
    const fresh = setting<boolean>('registry.fresh', container.image.origin.at);
    return chain(fresh, (yes): Value<Versions> => (yes ? known(one.versions ?? { from: [0, 0, 0] }, fresh.origin) : unknown('setting', fresh.origin, assumption('registry.fresh'))));
  });
}

/** What its TCP listeners speak. */
function speechOf(container: Container, start: Start, version: Value<Versions>): Value<Listener['speaks']> {
  const verify = switched(start.flags, 'tlsverify');
  const tls = switched(start.flags, 'tls');
  if (!start.adds) {
    const at = written(start.at);
    if (verify === true) return known('mutual', at);
    if (tls === true || verify === false) return known('encrypted', at);
    // dockerd reads the variable itself where no flag speaks.
    if (tls === false) return known('plain', at);
    return map(start.env.get('DOCKER_TLS_VERIFY'), (text) => ((text ?? '') === '' ? 'plain' : 'mutual'));
  }
  const folder = start.env.get('DOCKER_TLS_CERTDIR');
  return chain(version, (releases): Value<Listener['speaks']> => {
    const before = olderThan(releases, '18.09.8');
    if (before === 'yes') return known('plain', version.origin);
    if (before === 'maybe') return unknown('remote', version.origin);
    // The image sets the variable, so that its silence is TLS: that fact is the reason, not the image's name alone.
    const why = folder.origin.kind === 'written' && folder.kind === 'known' && folder.origin.at === container.image.origin.at ? implied(folder.origin.at, tlsByDefault) : folder.origin;
    return map({ ...folder, origin: why }, (text) => ((text ?? '') === '' ? 'plain' : verify === false ? 'encrypted' : 'mutual'));
  });
}

function listenersOf(container: Container, start: Start, speech: Value<Listener['speaks']>, rootless: Value<boolean>, settings: Daemon['settings']): Daemon['listens'] {
  const hosts = start.flags.filter(({ name }) => name === 'host');
  const items: Value<Listener>[] = [];
  if (start.adds) {
    const ownSocket = chain(start.env.get('DOCKER_HOST'), (text): Value<string> => {
      const path = /^unix:\/\/(\/.+)$/.exec(text ?? '')?.[1];
      return path === undefined ? map(rootless, (yes) => (yes ? '/run/user/1000/docker.sock' : defaultSocket)) : known(path, start.env.get('DOCKER_HOST').origin);
    });
    items.push(map(ownSocket, (path): Listener => ({ endpoint: { scheme: 'unix', path }, speaks: 'plain' })));
    items.push(map(speech, (speaks): Listener => ({ endpoint: { scheme: 'tcp', host: '0.0.0.0', port: speaks === 'plain' ? 2375 : 2376 }, speaks })));
  }
  for (const { value, at } of hosts) {
    const text = value ?? known('', written(at));
    items.push(
      chain(text, (host): Value<Listener> => {
        const endpoint = listenedAt(host);
        if (endpoint === undefined) return unknown('unreadable', text.origin);
        if (endpoint.scheme !== 'tcp') return known({ endpoint, speaks: 'plain' }, text.origin);
        return map(speech, (speaks): Listener => ({ endpoint: { ...endpoint, port: endpoint.port ?? (speaks === 'plain' ? 2375 : 2376) }, speaks }));
      }),
    );
  }
  // Without a host dockerd takes its socket alone.
  if (items.length === 0) items.push(known({ endpoint: { scheme: 'unix', path: defaultSocket }, speaks: 'plain' }, written(start.at)));
  // A configuration in view that says nothing of hosts and TLS changes none of them.
  const silent = settings !== undefined && !settings.some(({ name }) => name === 'hosts' || name.startsWith('tls'));
  const open = (silent ? undefined : mountedConfig(container)) ?? start.more;
  return { items, ...openBy(open) };
}

/** Where a daemon.json is mounted, which may say anything. */
function mountedConfig(container: Container): Origin | undefined {
  const over = mountOver('/etc/docker/daemon.json', container);
  return over.kind === 'known' ? over.value?.target.origin : undefined;
}

/** Where a daemon.json may say something of the storage: one that is mounted, that the image brings, or that a script writes. */
function configured(container: Container): Origin | undefined {
  const { installs, invocations } = container;
  const mounted = mountedConfig(container);
  if (mounted !== undefined) return mounted;
  const own = installs.items.find((item) => item.kind === 'known' && item.value === 'daemon.json');
  if (own !== undefined) return own.origin;
  const writing = invocations.items.flatMap(({ words }) => words).find((word) => word.kind === 'known' && /"(?:data-root|graph|storage-driver)"\s*:/.test(word.value));
  return writing?.origin;
}

function listenedAt(text: string): Endpoint | undefined {
  const reading = readHost(text.trim(), 'cli');
  if (!('endpoint' in reading)) return undefined;
  const { endpoint } = reading;
  // A port that nobody wrote is 2375 to a client; dockerd takes 2376 with TLS.
  return endpoint.scheme === 'tcp' && !/:\d+\/?$/.test(text) ? { scheme: 'tcp', ...(endpoint.host === undefined ? {} : { host: endpoint.host }) } : endpoint;
}

function certificateOf(container: Container, start: Start, speech: Value<Listener['speaks']>): Value<Certificate | undefined> {
  return chain(speech, (speaks): Value<Certificate | undefined> => {
    if (speaks === 'plain') return known(undefined, speech.origin);
    const folder = start.env.get('DOCKER_TLS_CERTDIR');
    if (!start.adds || folder.kind !== 'known') return known({ own: false, names: { items: [], open: written(start.at) }, clientFolder: unknown('unreadable', written(start.at)) }, speech.origin);
    const directory = folder.value ?? '/certs';
    // A folder of the host mounted as a whole is filled by the daemon itself; one at `server` is its owner's.
    const covering = mountOver(`${directory}/server`, container);
    const server = chain(covering, (mount) => known(mount !== undefined && choices(mount.target).some(({ value }) => cleanPath(value).startsWith(`${cleanPath(directory)}/server`)) ? mount : undefined, covering.origin));
    const path = server.kind === 'known' ? choices<MountSource>(server.value?.source ?? unknown('unreadable', server.origin)).find(({ value }) => value.kind === 'path') : undefined;
    const brought = server.kind === 'unknown' ? server.origin : path?.origin;
    const names = [...certificateHosts(container, start), ...sanNames(start)];
    const san = start.env.get('DOCKER_TLS_SAN');
    const open = brought ?? (san.kind === 'known' ? undefined : san.origin);
    return known({ own: brought === undefined, names: { items: names, ...openBy(open) }, clientFolder: map({ ...folder, value: directory }, (text) => `${text}/client`) }, speech.origin);
  });
}

function certificateHosts(container: Container, start: Start): readonly Value<string>[] {
  const by = implied(start.at, certificateNames);
  const own = chain(container.hostname, (name): Value<string> => (name === undefined ? unknown('setting', container.hostname.origin) : known(name, container.hostname.origin)));
  const addresses = container.networks.items.flatMap(({ names }) => names.items.filter((name) => name.kind === 'known' && /^[\d.]+$|:/.test(name.value)));
  const hostname = own.kind === 'unknown' && container.hostname.kind === 'known' ? [] : [own, map(own, (name) => name.split('.')[0] ?? name)];
  return [known('docker', by), known('localhost', by), known('127.0.0.1', by), ...hostname, ...addresses];
}

function sanNames(start: Start): readonly Value<string>[] {
  const san = start.env.get('DOCKER_TLS_SAN');
  return choices(san).flatMap(({ value, origin }) => [...(value ?? '').matchAll(/(?:DNS|IP):([^,\s]+)/g)].map(([, name]) => known(name ?? '', origin)));
}

function rootsOf(container: Container, start: Start, rootless: Value<boolean>, version: Value<Versions>): Daemon['roots'] {
  const flag = option(start.flags, 'data-root', 'graph')?.value;
  // Of a rootless one that is installed by a script it is below a home that nobody shows.
  const path: Value<string> = flag ?? (start.rootless !== undefined && official(container).kind === 'known' && sole(official(container)) === undefined ? unknown('setting', start.rootless) : undefined) ?? map(rootless.kind === 'unknown' ? known(false, written(start.at)) : rootless, (yes) => (yes ? '/home/rootless/.local/share/docker' : '/var/lib/docker'));
  const store = imagesAside(container, start, version);
  const aside = flag === undefined ? configured(container) : undefined;
  const root = (at: Value<string>, source: Origin): Daemon['roots'][number] => {
    const over = choices(at).map(({ value }) => mountOver(value, container))[0] ?? unknown('unreadable', source);
    const bare = aside !== undefined ? unknown('unreadable', aside) : known('container-layer' as const, over.origin);
    return { path: { ...at, origin: source }, source: chain(over, (mount): Value<MountSource | 'container-layer'> => (mount === undefined ? bare : mount.source)) };
  };
  const roots = choices(path).map((option) => root(option, path.origin));
  return store === undefined ? roots : [...roots.map((one) => ({ ...one, withoutImages: true as const })), root(store, store.origin)];
}

/** The folder of a containerd that is started on its own, where this daemon keeps its images in it. */
function imagesAside(container: Container, start: Start, version: Value<Versions>): Value<string> | undefined {
  const begun = container.invocations.items.find((invocation) => invocation.via === 'start' && startsContainerd(invocation));
  const told = option(start.flags, 'containerd')?.value;
  const driver = driverOf(start, container);
  if ((begun === undefined && told === undefined) || driver.kind !== 'known') return undefined;
  const stored = choices(version).length > 0 && choices(version).every(({ value }) => usesContainerdStore(driver.value, value) === 'yes');
  return stored ? known('/var/lib/containerd', derived(begun?.at ?? start.at, [written(begun?.at ?? start.at), version.origin])) : undefined;
}

/** `containerd &`, `service containerd start`; one that is given a root of its own keeps them elsewhere. */
function startsContainerd({ words }: Invocation): boolean {
  const texts = words.map((word) => (word.kind === 'known' ? word.value : ''));
  const program = texts[0]?.split('/').at(-1) ?? '';
  if (program === 'containerd') return !texts.some((text) => /^(?:--root|--config|-c|config|--version|-v)\b/.test(text));
  if (/\/init\.d\/containerd$/.test(texts[0] ?? '')) return texts[1] === 'start';
  return (program === 'service' && texts[1] === 'containerd' && texts[2] === 'start') || (program === 'systemctl' && texts[1] === 'start' && /^containerd(?:\.service)?$/.test(texts[2] ?? ''));
}

function driverOf(start: Start, container: Container): Value<string | undefined> {
  const variable = start.env.get('DOCKER_DRIVER');
  const flag = option(start.flags, 'storage-driver');
  return chain(variable, (text): Value<string | undefined> => {
    if ((text ?? '') !== '') return variable;
    const aside = configured(container);
    return flag?.value ?? (aside === undefined ? known(undefined, variable.origin) : unknown('unreadable', aside));
  });
}

function groupOf(start: Start, version: Value<Versions>, container: Container): Value<number | string> {
  const flag = option(start.flags, 'group')?.value;
  if (flag !== undefined) return map(flag, (text) => (/^\d+$/.test(text) ? Number(text) : text));
  // The group of a distribution's package has the number that happened to be free.
  return chain(official(container).kind === 'known' && sole(official(container)) === undefined ? unknown('remote', container.image.origin) : version, (releases): Value<number | string> => {
    const before = olderThan(releases, '24.0');
    if (before === 'maybe') return unknown('remote', version.origin);
    return known(before === 'yes' ? 0 : 2375, container.image.origin);
  });
}

/** Seconds: 16 where dockerd waits on purpose before it opens a plain TCP port, a few where keys are made. */
function readinessOf(start: Start, listeners: readonly Value<Listener>[], version: Value<Versions>): Value<number> {
  const at = start.at;
  const said = switched(start.flags, 'tls') !== undefined || switched(start.flags, 'tlsverify') !== undefined;
  const tcp = listeners.filter((listener) => choices(listener).some(({ value }) => value.endpoint.scheme === 'tcp'));
  const [first] = tcp;
  if (first === undefined) return known(2, written(at));
  return chain(first, ({ endpoint, speaks }): Value<number> => {
    if (speaks !== 'plain') return known(3, written(at));
    const loopback = endpoint.host === '127.0.0.1' || endpoint.host === 'localhost';
    if (said || loopback) return known(2, written(at));
    return chain(version, (releases): Value<number> => {
      const before = olderThan(releases, '20.10');
      return before === 'maybe' ? unknown('remote', version.origin) : known(before === 'yes' ? 2 : 16, implied(at, plainDelay));
    });
  });
}

function apiOf(version: Value<Versions>, env?: Container['env']): Daemon['api'] {
  const lowered = env?.get('DOCKER_MIN_API_VERSION');
  return chain(version, (releases): Daemon['api'] => {
    const api = daemonApi(releases);
    if (api === undefined) return unknown('remote', version.origin);
    if (lowered === undefined) return known(api, version.origin);
    return chain(lowered, (text): Daemon['api'] => known({ ...api, lowest: (text ?? '') === '' ? api.lowest : (text ?? api.lowest).replace(/^v/, '') }, version.origin));
  });
}

