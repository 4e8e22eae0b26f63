import type { Context, Format, Part } from '../format.ts';
import { swarmIgnoresPrivileged } from '../../docker/engine.ts';
import type { Machine, Workload } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Origin, type Value, implied, known, openBy, sole, written } from '../../value/value.ts';
import { assembled } from './assemble.ts';
import { type ComposeDocument, parsed, recognised } from './document.ts';
import { composeDefaults, composeHonoursPrivileged, composeWaitsForNothing, oneProject } from './facts.ts';
import { type Find, type Together, together } from './files.ts';
import { hostOf } from './machine.ts';
import { declaredIn } from './networks.ts';
import { type World, worlds } from './profiles.ts';
import { textAt } from './read.ts';
import { invocationsOf } from './runs.ts';
import { composeFileOf, scopeIn } from './scope.ts';
import { type Service, serviceOf } from './service.ts';
import { forSwarm } from './swarm.ts';
import { tied } from './ties.ts';
import { type TreeMap, setting } from './tree.ts';
import { folderOf, nameOf } from '../../text/paths.ts';

export type { ComposeDocument } from './document.ts';

/** Compose files of every version, and stacks for swarm. Source: https://docs.docker.com/reference/compose-file/ */
export const compose: Format<ComposeDocument> = {
  id: 'compose',
  title: 'Compose file',
  recognises: recognised,
  parse: parsed,
  lower,
};

function* lower(document: ComposeDocument, context: Context): Iterable<Part> {
  const { path } = context.source;
  if (document.templated || document.roots.length === 0) return;
  const find: Find = (other) => (other === path ? document : context.find(other, compose));
  const start: Span = { source: context.source, start: 0, end: 0 };
  const scope = scopeIn(folderOf(path), context);
  for (const files of together(path, document, context, find, composeFileOf(scope, start))) {
    const project = assembled(files, context, find);
    if (project !== undefined) yield* lowered(files, project, context);
  }
}

/** The project that these files are together: its machine, and a workload for each world. */
function* lowered(files: Together, project: NonNullable<ReturnType<typeof assembled>>, context: Context): Iterable<Part> {
  const section = project.root.entries.get('services');
  const services = section?.value.kind === 'map' ? section.value : undefined;
  const open = project.open ?? services?.open ?? project.root.open ?? (files.baseless === true && section !== undefined ? written(section.key) : undefined);
  if (section === undefined || services === undefined || (services.entries.size === 0 && open === undefined)) return;
  const at = section.key;
  const machine = hostOf(context, at);
  yield machine;
  for (const world of worlds(services.entries, context)) {
    const variant = [files.variant, world.variant].flatMap((one) => one ?? []).join(', ');
    yield workloadOf(project.root, world, machine, { at, variant, open, reading: files.reading }, context);
  }
}

interface Circumstances {
  readonly at: Span;
  /** Empty where this is the only reading. */
  readonly variant: string;
  readonly open: Origin | undefined;
  readonly reading: Together['reading'];
}

function workloadOf(root: TreeMap, world: World, machine: Machine, { at, variant, open, reading }: Circumstances, context: Context): Workload {
  const stack = forSwarm(root);
  const name = projectName(root, context, at);
  const { path } = context.source;
  const containers: Workload['containers']['items'][number][] = [];
  const workload: Workload = {
    kind: stack ? 'stack' : 'compose',
    called: `project \`${sole(name) ?? nameOf(path)}\``,
    name,
    on: machine,
    instances: known({ count: 1, sameMachine: true }, implied(at, oneProject)),
    ...(variant === '' ? {} : { variant }),
    ...(reading === undefined ? {} : { reading }),
    containers: { items: containers, ...openBy(open) },
    after: { items: [] },
    waitsFor: known('nothing', implied(at, composeWaitsForNothing)),
    honoursPrivileged: known(!stack, implied(at, stack ? swarmIgnoresPrivileged : composeHonoursPrivileged)),
    at,
  };
  const ground = { machine, volumes: declaredIn(root, 'volumes', context), configs: declaredIn(root, 'configs', context), secrets: declaredIn(root, 'secrets', context) };
  const fabric = { project: variant === '' ? path : `${path}#${variant}`, declared: declaredIn(root, 'networks', context), stack };
  const services: readonly Service[] = [...world.services].filter(([key]) => !key.startsWith('x-')).map(([key, entry]) => serviceOf(key, entry, workload, ground, fabric, context));
  tied(services, machine, stack, open, context);
  for (const service of services) {
    service.draft.invocations = invocationsOf(service, machine, context, compose);
    containers.push(service.draft);
  }
  return workload;
}

/** `name:`, COMPOSE_PROJECT_NAME, or the folder's name. */
function projectName(root: TreeMap, context: Context, at: Span): Value<string> {
  const { path } = context.source;
  const name = setting(root, 'name');
  if (name !== undefined) return textAt(name, context);
  const folder = folderOf(path);
  const given = scopeIn(folder, context).variable('COMPOSE_PROJECT_NAME', at);
  if (given !== undefined && sole(given) !== '') return given;
  return known(folder === '' ? nameOf(path) : nameOf(folder).toLowerCase(), folder === '' ? written(at) : implied(at, composeDefaults));
}
