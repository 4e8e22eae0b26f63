import type { Context, RunnerService } from '../format.ts';
import { startedWords } from '../../docker/entrypoint.ts';
import { officialImage } from '../../docker/images.ts';
import { type EnvironmentLayer, type Setting, layer } from '../../model/environment.ts';
import { runsOf } from '../../model/script/index.ts';
import type { Invocation, Words } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, implied, known, openBy, sole, unknown, written } from '../../value/value.ts';
import { type Draft, type Ground, containerOf, heeded } from './container.ts';
import { runnerAddsServices, serviceEntrypointIsKept } from './facts.ts';
import { imageNamed, namedAt, wordsAt } from './image.ts';
import { hostLabel, readings, serviceNames } from './names.ts';
import { type Tree, itemsOf, placed, setting } from './tree.ts';
import { type Scope, type Variables, scopeOf, variablesAt } from './variables.ts';

/** A service as it is put beside a job. */
export interface Service {
  readonly draft: Draft;
  /** The names that it would be found under, in order. */
  readonly names: readonly Value<string>[];
  /** Whether it may run a daemon, by its name. */
  readonly daemonLike: boolean;
  /** Set where it writes HEALTHCHECK_TCP_PORT itself. */
  readonly namedPort: boolean;
  readonly at: Span;
}

/** Makes the scope of a service's own variables: those of the job and then these. */
export type ScopeWith = (own: Variables) => Scope;

/** The most services of a job that are read. */
const mostServices = 200;

/** The services of a job: the runner's own first. Open where there may be others. */
export function servicesOf(tree: Tree | undefined, unseen: Origin | undefined, ground: Ground, scopeWith: ScopeWith, context: Context): Listing<Service> {
  const { runner } = ground;
  const services = runner.services.items.slice(0, mostServices).map((service) => ofRunner(service, ground, context));
  let open = unseen ?? (tree?.kind === 'list' ? tree.open : tree?.kind === 'fog' ? tree.origin : undefined);
  const items = tree?.kind === 'list' || tree?.kind === 'null' || tree === undefined ? itemsOf(tree) : [];
  if (tree !== undefined && tree.kind !== 'list' && tree.kind !== 'null' && tree.kind !== 'fog') {
    context.report({ at: placed(tree), message: 'a list of services is expected here' });
    open ??= written(placed(tree));
  }
  const beyond = (at: Span): void => {
    context.report({ at, message: `a job has more than ${mostServices} services, the rest of which is not read` });
    open ??= written(at);
  };
  const unread = runner.services.items[mostServices];
  if (unread !== undefined) beyond(unread.at);
  for (const item of items.flatMap((one) => (one.kind === 'list' ? one.items : [one]))) {
    if (services.length >= mostServices) {
      beyond(placed(item));
      break;
    }
    if (item.kind === 'text' || item.kind === 'map') services.push(ofJob(item, ground, scopeWith, context));
    else if (item.kind !== 'null') open ??= item.kind === 'fog' ? item.origin : written(item.at);
  }
  const brought = services.some(({ daemonLike }) => daemonLike);
  const unshown = runner.services.open === undefined || runner.inView ? runner.services.open : implied(runner.services.open.at, runnerAddsServices);
  const more = brought && !runner.inView ? undefined : unshown;
  return { items: services, ...openBy(open ?? more) };
}

/** Whether a name speaks of a daemon; one that is not known may. */
export const daemonLike = (name: Value<string>): boolean => name.kind !== 'known' || /docker|dind|buildkit|podman/i.test(name.value);

function ofJob(tree: Tree, ground: Ground, scopeWith: ScopeWith, context: Context): Service {
  const { name, at } = namedAt(tree, context);
  const image: Value<string> = name === undefined ? unknown('unreadable', written(at)) : ground.scope.expanded(name);
  const aliasTree = setting(tree, 'alias');
  const alias = aliasTree === undefined ? undefined : aliasTree.kind === 'text' ? ground.scope.expanded(aliasTree) : unknown('unreadable', written(placed(aliasTree)));
  const variables = variablesAt(setting(tree, 'variables'));
  const own = ownLayer(variables, scopeWith);
  return made({ image, alias, tree, own, entrypoint: wordsAt(setting(tree, 'entrypoint'), context), command: wordsAt(setting(tree, 'command'), context), at }, ground, context);
}

function ofRunner({ name, alias, entrypoint, command, environment, at }: RunnerService, ground: Ground, context: Context): Service {
  const written_ = <T>(value: Value<T | undefined>): Value<T> | undefined => (value.kind === 'known' ? (value.value === undefined ? undefined : known(value.value, value.origin)) : unknown('variable', value.origin));
  const own: EnvironmentLayer = { ...layer(environment.items), ...openBy(environment.open) };
  return made({ image: name, alias: written_(alias), tree: undefined, own, entrypoint: written_(entrypoint), command: written_(command), at }, ground, context);
}

function ownLayer(variables: Variables, scopeWith: ScopeWith): EnvironmentLayer | undefined {
  if (variables.items.length === 0 && variables.open === undefined) return undefined;
  const names = new Set(variables.items.map(([name]) => name));
  const set = new Map(scopeWith(variables).set.flatMap(([name, value, at]): [string, Setting][] => (names.has(name) ? [[name, { value, at }]] : [])));
  return { set, ...openBy(variables.open) };
}

interface Given {
  readonly image: Value<string>;
  readonly alias: Value<string> | undefined;
  readonly tree: Tree | undefined;
  readonly own: EnvironmentLayer | undefined;
  readonly entrypoint: Value<Words | undefined> | undefined;
  readonly command: Value<Words | undefined> | undefined;
  readonly at: Span;
}

function made({ image, alias, tree, own, entrypoint, command, at }: Given, ground: Ground, context: Context): Service {
  const config = imageNamed(image, at, context);
  const names = serviceNames(image, alias);
  // With this flag the Kubernetes executor leaves out what a service writes of them.
  const leaves = ground.runner.executor === 'kubernetes' ? ground.runner.flag('FF_KUBERNETES_HONOR_ENTRYPOINT', ground.scope, at) : false;
  const process = (given: Value<Words | undefined> | undefined, fallback: Value<Words | undefined>): Value<Words | undefined> => (given === undefined || leaves === true ? fallback : leaves === undefined ? unknown('setting', given.origin) : given);
  const first = heeded(entrypoint, ground.runner);
  const called = (alias === undefined ? undefined : readings(serviceNames(known('', written(at)), alias)[0] ?? unknown('unreadable', written(at)))[0]) ?? sole(image)?.replace(/@.*$/, '').replace(/:[^/]*$/, '') ?? at.source.text.slice(at.start, at.end);
  const draft = containerOf(
    {
      kind: 'service',
      called: `service \`${called}\``,
      image: config,
      imageName: image,
      tree,
      runsEntrypoint: known(true, implied(at, serviceEntrypointIsKept)),
      entrypoint: process(first, config.entrypoint),
      command: process(command, first === undefined || leaves === true ? config.command : known<Words | undefined>([], first.origin)),
      ...(own === undefined ? {} : { own }),
      workingDirectory: config.workingDirectory,
      at,
    },
    ground,
  );
  draft.invocations = startOf(draft, context);
  return { draft, names, daemonLike: daemonLike(image), namedPort: own?.set.has('HEALTHCHECK_TCP_PORT') === true, at };
}

/** What a service's container starts, as far as it is in view; open where its image's own words are not. */
function startOf(draft: Draft, context: Context): Listing<Invocation> {
  const { entrypoint, command, image } = draft;
  if (entrypoint.kind !== 'known') return { items: [], open: entrypoint.origin };
  if (command.kind !== 'known') return { items: [], open: command.origin };
  const reference = sole(image);
  const official = reference === undefined ? undefined : officialImage(reference);
  const words = startedWords(official, entrypoint.value, command.value);
  const [first] = words;
  if (first === undefined) return { items: [], ...openBy(official === undefined ? image.origin : undefined) };
  // Flags are for an entrypoint that is out of view.
  if (official === undefined && entrypoint.value === undefined && (first.kind !== 'known' || first.value.startsWith('-'))) return { items: [], open: first.origin };
  return runsOf(words, spanOf(words, draft.at), {
    place: draft,
    env: draft.env,
    workingDirectory: draft.workingDirectory,
    user: draft.user,
    via: 'start',
    mounts: { items: [] },
    privileged: draft.privileged,
    script: () => undefined,
    report: (problem) => context.report(problem),
  });
}

function spanOf(words: Words, fallback: Span): Span {
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined || first.origin.at.source !== last.origin.at.source || last.origin.at.end < first.origin.at.start) return first?.origin.at ?? fallback;
  return { ...first.origin.at, end: last.origin.at.end };
}

/** The services that the docker executor makes of these, with the names that are left to them: of equal ones the first has it, and one that is left with none is not made. */
export function created(services: readonly Service[]): readonly Service[] {
  const taken = new Set<string>();
  return services.flatMap((service) => {
    const names = service.names.filter((name) => {
      const texts = readings(name);
      return texts.length === 0 || texts.some((text) => !taken.has(text));
    });
    for (const name of names) if (name.kind === 'known') taken.add(name.value);
    return names.length === 0 ? [] : [{ ...service, names }];
  });
}

/** The names that Kubernetes takes for a host. */
export const labels = (names: readonly Value<string>[]): readonly Value<string>[] => names.filter((name) => sole(hostLabel(name)) !== false);

/** Every variable of a service's scope, for `scopeOf`. */
export const scopeFor = (levels: readonly Variables[], circumstances: Parameters<typeof scopeOf>[1], context: Context): ScopeWith => (own) => scopeOf([...levels, own], circumstances, context);
