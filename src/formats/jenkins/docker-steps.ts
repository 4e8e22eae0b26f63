import { type Call, type GroovyExpression, bodyOf, namedValue } from '../../syntax/groovy/index.ts';
import type { Word } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, known, map, unknown, written } from '../../value/value.ts';
import { level } from './environment.ts';
import { type Here, type Reading, at as moved } from './here.ts';
import { imageOf } from './built.ts';
import { type Image, insideOf, open, runScript, scriptOf } from './run.ts';
import { type Scope, followed, wordOf } from './scope.ts';
import { withLayer } from './surroundings.ts';

/** `docker` itself, by whatever way a script comes to it: `docker`, `script.docker`. */
const isDocker = (object: GroovyExpression | undefined): boolean => (object?.kind === 'name' && object.name === 'docker') || (object?.kind === 'property' && object.name === 'docker' && object.object.kind === 'name');

/** A step of the Docker Pipeline plugin; false for any other call. Source: https://www.jenkins.io/doc/book/pipeline/docker/ */
export function dockerStep(reading: Reading, call: Call, here: Here): boolean {
  const { name, object } = call;
  if (isDocker(object)) return ofPlugin(reading, call, here);
  if (object === undefined) return asStep(reading, call, here);
  if (!['inside', 'run', 'withRun', 'pull', 'push', 'tag'].includes(name ?? '')) return false;
  const image = imageIn(object, here, reading);
  if (image === undefined) return false;
  // What is built in the same breath is built first.
  reading.look(reading, object, here);
  ofImage(reading, call, image, here);
  return true;
}

function ofPlugin(reading: Reading, call: Call, here: Here): boolean {
  const [first, second] = call.arguments;
  const body = bodyOf(call);
  switch (call.name ?? '') {
    case 'image':
      return true;
    case 'build': {
      const name = first === undefined ? unnamed(call.at) : wordOf(first, here.scope);
      const args: Word = second === undefined ? known('.', written(call.at)) : wordOf(second, here.scope);
      runScript(reading, scriptOf(['docker build -t', name, args], call.at), call.at, here);
      return true;
    }
    case 'withRegistry':
      if (body !== undefined) reading.enter(reading, body, inRegistry(reading, first === body ? undefined : first, call.at, here));
      return true;
    case 'withServer':
      if (body !== undefined) reading.enter(reading, body, atServer(reading, first === body ? undefined : first, second === body ? undefined : second, call.at, here));
      return true;
    case 'withTool':
      open(here.spot, written(call.at));
      if (body !== undefined) reading.enter(reading, body, here);
      return true;
    default:
      return false;
  }
}

/** The plugin's plain steps: `withDockerContainer`, `withDockerRegistry`, `withDockerServer`. */
function asStep(reading: Reading, call: Call, here: Here): boolean {
  const body = bodyOf(call);
  if (body === undefined) return false;
  const field = (name: string): GroovyExpression | undefined => nested(call, name) ?? namedValue(call.named, name);
  const first = call.arguments[0] === body ? undefined : call.arguments[0];
  switch (call.name ?? '') {
    case 'withDockerContainer': {
      const image = field('image') ?? (first?.kind === 'map' ? undefined : first);
      const args = field('args');
      const spot = insideOf(reading, { name: image === undefined ? unnamed(call.at) : wordOf(image, here.scope) }, args && wordOf(args, here.scope), call.nameAt, here);
      reading.enter(reading, body, moved(here, { spot }));
      return true;
    }
    case 'withDockerRegistry':
      reading.enter(reading, body, inRegistry(reading, field('url'), call.at, here));
      return true;
    case 'withDockerServer':
      reading.enter(reading, body, atServer(reading, field('uri'), field('credentialsId'), call.at, here));
      return true;
    case 'withDockerTool':
      open(here.spot, written(call.at));
      reading.enter(reading, body, here);
      return true;
    default:
      return false;
  }
}

/** `withDockerServer([uri: 'x'])`, `withDockerServer(server: [uri: 'x'])`. */
function nested(call: Call, name: string): GroovyExpression | undefined {
  const maps = [...call.arguments, ...call.named.map(({ value }) => value)];
  return maps.flatMap((one) => (one.kind === 'map' ? [namedValue(one.entries, name)] : [])).find((one) => one !== undefined);
}

/** The image that an expression gives: `docker.image('x')`, `docker.build('x')`, or a name for one. */
function imageIn(expression: GroovyExpression, here: Here, reading: Reading): Image | undefined {
  const { value, home } = followed(expression, here.scope);
  if (value.kind !== 'call' || !isDocker(value.object)) return undefined;
  const [first, second] = value.arguments;
  const name: Word = first === undefined ? unnamed(value.at) : wordOf(first, home);
  if (value.name === 'image') return { name: qualified(name, home, value.at) };
  if (value.name !== 'build') return undefined;
  const config = imageOf([second === undefined ? known('.', written(value.at)) : wordOf(second, home)], value.at, here, reading);
  return { name, ...(config === undefined ? {} : { config }) };
}

/** The name with the registry that a block around it names. */
function qualified(name: Word, scope: Scope, at: Span): Word {
  const registry = scope.variable('DOCKER_REGISTRY_URL', at);
  return registry.kind === 'unknown' && registry.shape?.some((part) => typeof part === 'object' && part.name === 'DOCKER_REGISTRY_URL') === true ? name : ofRegistry(name, registry, at);
}

/** The name as it is pulled from the registry of this address. */
export function ofRegistry(name: Word, registry: Value<string>, at: Span): Word {
  if (registry.kind !== 'known') return unnamed(at);
  const host = registry.value.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
  if (host === '' || host === 'index.docker.io' || host === 'registry-1.docker.io' || (name.kind === 'known' && name.value.startsWith(`${host}/`))) return name;
  if (name.kind !== 'known') return unnamed(at);
  return /^[\w-]+(?:\.[\w.-]+|:\d+)\//.test(name.value) ? name : map(name, (text) => `${host}/${text}`);
}

const unnamed = (at: Span): Word => ({ ...unknown('variable', written(at)), shape: [{ name: '', varies: 'unknown' }] });

function ofImage(reading: Reading, call: Call, image: Image, here: Here): void {
  const body = bodyOf(call);
  const texts = call.arguments.filter((one) => one !== body).map((one) => wordOf(one, here.scope));
  const [args, command] = texts;
  const at = call.at;
  const place: Span = body === undefined ? at : { ...at, end: Math.max(at.start, body.at.start - 1) };
  switch (call.name ?? '') {
    case 'inside': {
      const spot = insideOf(reading, image, args, place, here);
      if (body !== undefined) reading.enter(reading, body, moved(here, { spot }));
      return;
    }
    case 'run':
    case 'withRun':
      runScript(reading, scriptOf(['docker run -d', ...(args === undefined ? [] : [args]), image.name, ...(command === undefined ? [] : [command])], place), place, here);
      if (body !== undefined) reading.enter(reading, body, here);
      return;
    case 'pull':
      runScript(reading, scriptOf(['docker pull', image.name], place), place, here);
      return;
    case 'push':
      runScript(reading, scriptOf(['docker push', image.name], place), place, here);
      return;
    default:
  }
}

function inRegistry(reading: Reading, url: GroovyExpression | undefined, at: Span, here: Here): Here {
  const address: Value<string> = url === undefined ? known('', written(at)) : wordOf(url, here.scope);
  // The login lies in a folder of its own, which the variable names.
  return withLayer(reading, here, level([['DOCKER_REGISTRY_URL', address, at], ['DOCKER_CONFIG', unknown('setting', written(at)), at]]));
}

function atServer(reading: Reading, uri: GroovyExpression | undefined, credentials: GroovyExpression | undefined, at: Span, here: Here): Here {
  const address: Value<string | undefined> = uri === undefined ? known(undefined, written(at)) : wordOf(uri, here.scope);
  const secured = credentials === undefined || (credentials.kind === 'string' && credentials.slice.text === '') || (credentials.kind === 'literal' && credentials.value === null) ? [] : ([['DOCKER_TLS_VERIFY', known('1', written(at)), at], ['DOCKER_CERT_PATH', unknown('setting', written(at)), at]] as const);
  return withLayer(reading, here, level([['DOCKER_HOST', address, uri?.at ?? at], ...secured]));
}
