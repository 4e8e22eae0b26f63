import type { Fact } from '../value/fact.ts';
import { hostForms } from './engine.ts';

/** Where a text of DOCKER_HOST or --host leads. */
export interface EndpointText {
  readonly scheme: 'unix' | 'tcp' | 'ssh' | 'npipe' | 'fd';
  /** In lower case and without brackets; `localhost` where none is written. */
  readonly host?: string;
  /** Of tcp always set: 2375 where none is written, 80 in the dialects that fall back to HTTP's own. */
  readonly port?: number;
  /** Of unix, npipe and fd. */
  readonly path?: string;
}

/** `mistake` completes the sentence «the value …». */
export type HostReading = { readonly endpoint: EndpointText } | { readonly mistake: string; readonly by: Fact };

/** Who reads the variable. They disagree about schemes, ports and paths. */
export type HostDialect = 'cli' | 'compose-v1' | 'go-sdk' | 'docker-py' | 'docker-java' | 'node';

/** The socket where every client looks by default on Linux and macOS. */
export const defaultSocket = '/var/run/docker.sock';
const defaultPipe = '//./pipe/docker_engine';

/**
 * Takes the text of DOCKER_HOST apart as that reader does. Blanks around it do not count; an empty text leads to the
 * default socket. A form that some releases take is no mistake.
 */
export function readHost(text: string, dialect: HostDialect): HostReading {
  const value = text.trim();
  if (value === '') return unix(defaultSocket);
  const form = forms[dialect];
  const wrong = (mistake: string): HostReading => ({ mistake, by: form.by });
  if (/^["'`]|["'`]$/.test(value)) return wrong('keeps the quotes that were written around it');

  const cut = value.indexOf('://');
  const written = cut < 0 ? undefined : value.slice(0, cut);
  const rest = cut < 0 ? value : value.slice(cut + 3);
  const bare = cut < 0 ? withoutScheme(value, form) : undefined;
  if (bare !== undefined) return typeof bare === 'string' ? wrong(bare) : bare;

  const scheme = form.anyCase ? written?.toLowerCase() : written;
  if (rest.includes('://')) return wrong('names more than one address');
  switch (scheme) {
    case 'unix':
    case 'http+unix':
      return unixOf(rest, form, wrong);
    case 'npipe':
      return { endpoint: { scheme: 'npipe', path: rest || defaultPipe } };
    case 'fd':
      return form.python ? wrong('has the scheme fd, which this client does not speak') : { endpoint: { scheme: 'fd', path: rest } };
    case 'ssh':
      return form.ssh ? sshOf(rest) : wrong('has the scheme ssh, which this client does not speak');
    case undefined:
    case 'tcp':
      return tcpOf(rest, form, wrong);
    case 'http':
    case 'https':
      return form.http ? tcpOf(rest, form, wrong) : wrong(`has the scheme ${scheme}, which is refused: a Docker address begins with tcp`);
    default:
      return /^(?:tcp|unix|ssh|npipe|fd|https?)$/i.test(scheme) ? wrong(`has the scheme ${scheme} in upper case, which is refused`) : wrong(`has the scheme ${scheme}, which no Docker client knows`);
  }
}

/** How the readers differ. */
interface Form {
  readonly by: Fact;
  readonly http: boolean;
  readonly ssh: boolean;
  readonly anyCase: boolean;
  /** What stands in for a port that is not written: 2375, HTTP's own, or a refusal. */
  readonly port: 2375 | 80 | undefined;
  /** Whether `unix://var/run/x` is read as `/var/run/x`. */
  readonly python: boolean;
  /** Whether an address may do without a scheme. */
  readonly bare: boolean;
  /** Whether `unix:/path` is the path that it looks like. */
  readonly oneSlash: boolean;
}

const python: Form = { by: { says: 'docker-py and compose v1 want a port in every TCP address, and take http and https too', source: 'https://github.com/docker/docker-py/blob/main/docker/utils/utils.py' }, http: true, ssh: true, anyCase: true, port: undefined, python: true, bare: true, oneSlash: true };

const forms: Readonly<Record<HostDialect, Form>> = {
  cli: { by: hostForms, http: false, ssh: true, anyCase: false, port: 2375, python: false, bare: true, oneSlash: false },
  'compose-v1': python,
  'docker-py': python,
  'go-sdk': { by: { says: 'The Go client wants scheme://address in DOCKER_HOST, and has HTTP\'s own port where none is written', source: 'https://pkg.go.dev/github.com/docker/docker/client#ParseHostURL' }, http: true, ssh: true, anyCase: true, port: 80, python: false, bare: false, oneSlash: false },
  'docker-java': { by: { says: 'docker-java reads DOCKER_HOST as a URI with the scheme tcp, unix or npipe', source: 'https://github.com/docker-java/docker-java/blob/main/docs/getting_started.md' }, http: true, ssh: false, anyCase: true, port: 80, python: false, bare: true, oneSlash: true },
  node: { by: { says: 'dockerode reads DOCKER_HOST as a URL, with HTTP\'s own port where none is written', source: 'https://github.com/apocas/docker-modem/blob/master/lib/modem.js' }, http: true, ssh: true, anyCase: true, port: 80, python: false, bare: true, oneSlash: false },
};

/** What a value without `://` comes to where it is not simply host and port: a reading, or the mistake. */
function withoutScheme(value: string, form: Form): HostReading | string | undefined {
  const [, scheme = '', slashes = ''] = /^(tcp|unix|ssh|npipe|fd|https?):?(\/*)/i.exec(value) ?? [];
  const after = value.slice(scheme.length);
  if (scheme.toLowerCase() === 'unix' && form.oneSlash && /^:\/[^/]/.test(after)) return unix(after.slice(1));
  if (scheme !== '' && (after.startsWith('//') || slashes !== '')) return `has ${scheme}${after.startsWith(':') ? ':' : ''}${slashes} instead of ${scheme.toLowerCase()}://, so that ${scheme} is taken for the host`;
  // `tcp:h:2375`; a host that is really called so has nothing but its port behind it.
  if (scheme !== '' && after.startsWith(':') && !/^:\d*\/?$/.test(after)) return `has ${scheme}: instead of ${scheme.toLowerCase()}://`;
  // A later docker/cli takes a path for a socket; up to 29.7.2 none does.
  if (/^\.{0,2}\//.test(value) || value.startsWith('~/')) return 'is a path without unix://, and is taken for a TCP address';
  return form.bare ? undefined : 'has no scheme';
}

function unixOf(rest: string, form: Form, wrong: (mistake: string) => HostReading): HostReading {
  if (rest === '') return unix(defaultSocket);
  if (unexpanded.test(rest)) return wrong('holds a variable that nothing expands');
  if (rest.startsWith('/')) return unix(rest);
  return form.python ? unix(`/${rest}`) : wrong('is a relative path: unix:// is followed by a path that begins with a slash');
}

const unix = (path: string): HostReading => ({ endpoint: { scheme: 'unix', path } });
const unexpanded = /\$|\{\{|%\w+%/;

function sshOf(rest: string): HostReading {
  const [, host = '', port] = /^(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?/.exec(rest) ?? [];
  return { endpoint: { scheme: 'ssh', host: named(host), ...(port === undefined ? {} : { port: Number(port) }) } };
}

const named = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase();

function tcpOf(rest: string, form: Form, wrong: (mistake: string) => HostReading): HostReading {
  if (unexpanded.test(rest)) return wrong('holds a variable that nothing expands');
  if (rest.includes(',')) return wrong('names more than one address');
  const [, authority = '', path = ''] = /^([^/?#]*)([^?#]*)/.exec(rest) ?? [];
  if (!/^\/*$/.test(path)) return wrong(`has the path ${path} behind the address, which leads to no API`);
  const [, host = '', port] = /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? [];
  if (port?.includes(':')) return wrong('has more than one port');
  if (port !== undefined && port !== '' && !/^\d+$/.test(port)) return wrong(`has the port ${port}, which is no number`);
  if (port !== undefined && port !== '' && (Number(port) < 1 || Number(port) > 65535)) return wrong(`has the port ${port}, which is none`);
  if (/[\s"'`<>(){}|\\^*!&;=+]/.test(host)) return wrong(`has ${host} for a host, which is no name`);
  const number = port === undefined || port === '' ? form.port : Number(port);
  if (number === undefined) return wrong('has no port, which this client does not fill in');
  return { endpoint: { scheme: 'tcp', host: named(host) || 'localhost', port: number } };
}

/**
 * Whether a path is where a machine's engine has its socket: Docker's own, rootless, Docker Desktop, Colima, Rancher
 * Desktop, OrbStack, Lima, Podman, or the Windows pipe. A relative path is not. `~` and `<home>` stand for any home.
 */
export function socketPath(path: string): boolean {
  // Asked of every mount: most have neither in their names.
  if (!/sock|pipe/i.test(path)) return false;
  const clean = cleaned(path);
  return sockets.some((socket) => socket.test(clean));
}

const home = String.raw`(?:~|<home>|/root|/home/[^/]+|/Users/[^/]+|/var/home/[^/]+)`;
const sockets: readonly RegExp[] = [
  /^(?:\/private)?(?:\/var)?\/run\/docker\.sock(?:\.raw)?$/,
  /^(?:\/var)?\/run\/user\/[^/]+\/(?:docker\.sock|podman\/podman\.sock)$/,
  /^(?:\/var)?\/run\/podman\/podman\.sock$/,
  new RegExp(`^${home}/\\.docker/(?:run|desktop)/docker\\.sock$`),
  new RegExp(`^${home}/\\.colima/(?:[^/]+/)?docker\\.sock$`),
  new RegExp(`^${home}/\\.rd/docker\\.sock$`),
  new RegExp(`^${home}/\\.orbstack/run/docker\\.sock$`),
  new RegExp(`^${home}/\\.lima/[^/]+/sock/docker\\.sock$`),
  /^\/\.\/pipe\/(?:docker_engine|dockerDesktopLinuxEngine)$/i,
];

/** Whether a folder holds the engine's socket: /var/run, /run, and the runtime folder of a user. */
export function holdsSocket(path: string): boolean {
  return path.includes('run') && /^(?:\/private)?(?:\/var)?\/run(?:\/user\/[^/]+)?$/.test(cleaned(path));
}

/** The socket's usual spelling: /var/run is a link to /run. Other paths are handed back as they are. */
export function normalSocket(path: string): string {
  return cleaned(path) === '/run/docker.sock' ? defaultSocket : path;
}

/** The path with slashes of one kind, none doubled, none at its end, and its dots walked. */
function cleaned(path: string): string {
  const parts: string[] = [];
  const pipe = /^[\\/]{2}\.[\\/]pipe[\\/]/.test(path);
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || (part === '.' && !pipe)) continue;
    if (part === '..' && parts.length > 0) parts.pop();
    else parts.push(part);
  }
  return `${/^[\\/]/.test(path) ? '/' : ''}${parts.join('/')}`;
}
