import type { Workload } from '../../model/topology.ts';
import { type Listing, type Origin, openBy, written } from '../../value/value.ts';
import { type Field, at, entriesOf, isWritten, itemsOf, opened, placeOf, textOf } from './field.ts';
import { over } from './merge.ts';

/** A pod as it stands in an object of some kind. */
export interface PodSource {
  /** How its kind is called: `deployment`. */
  readonly kind: string;
  readonly controller?: NonNullable<Workload['controller']>;
  /** The name of the object, or of the part of it that makes this pod. */
  readonly name: Field;
  /** The metadata of the object, for its namespace, and of the pod itself, for its labels. */
  readonly metadata: Field;
  readonly labels: Field;
  readonly annotations: Field;
  readonly spec: Field;
  readonly groups: readonly Group[];
  readonly volumes: readonly Field[];
  /** Claims of which every pod has its own. */
  readonly claims: Field;
  readonly replicas: Field;
  /** How its controller replaces a pod by a new one; none where it never does while the old one runs. */
  readonly update?: Field;
  /** Whether its containers are meant to run for good. */
  readonly lasting: boolean;
  /** Set where a controller out of view puts its share into everything, or the rest of it stands elsewhere. */
  readonly open?: Origin;
  /** Set where containers, volumes and mounts are added to these, which stay as they are. */
  readonly adds?: Origin;
}

/** Containers that play one part in the pod. A `sidecar` is stopped by its controller; `steps` run one after the other. */
export interface Group {
  readonly role: 'init' | 'main' | 'sidecar' | 'step' | 'ephemeral';
  readonly items: Listing<Field>;
}

type Lowering = (object: Field) => readonly PodSource[];

const controllers = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const);
const controllerOf = (kind: string): PodSource['controller'] => [...controllers].find((one) => one === kind);

/** Where a pod's specification lies in each kind. Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/, https://tekton.dev/docs/, https://argo-workflows.readthedocs.io/ */
const kinds: ReadonlyMap<string, Lowering> = new Map<string, Lowering>([
  ['Pod', (object) => [named(object) ? plain('Pod', object, object) : nameless(object, plain('Pod', object, object))]],
  ['PodTemplate', (object) => [plain('PodTemplate', object, at(object, 'template'))]],
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'Job', 'DeploymentConfig', 'Rollout'].map((kind): [string, Lowering] => [kind, (object) => [plain(kind, object, at(object, 'spec', 'template'))]]),
  ['CronJob', (object) => [plain('CronJob', object, at(object, 'spec', 'jobTemplate', 'spec', 'template'))]],
  ...['Workflow', 'WorkflowTemplate', 'ClusterWorkflowTemplate'].map((kind): [string, Lowering] => [kind, (object) => workflow(kind, object, at(object, 'spec'))]),
  ['CronWorkflow', (object) => workflow('CronWorkflow', object, at(object, 'spec', 'workflowSpec'))],
  ...['Task', 'ClusterTask'].map((kind): [string, Lowering] => [kind, (object) => [task(kind, object, at(object, 'spec'), at(object, 'metadata', 'name'), at(object, 'spec', 'podTemplate'))]]),
  ['TaskRun', (object) => (isWritten(at(object, 'spec', 'taskSpec')) ? [task('TaskRun', object, at(object, 'spec', 'taskSpec'), at(object, 'metadata', 'name'), at(object, 'spec', 'podTemplate'))] : [])],
  ['Pipeline', (object) => pipeline('Pipeline', object, at(object, 'spec'), at(object, 'spec', 'podTemplate'))],
  ['PipelineRun', (object) => pipeline('PipelineRun', object, at(object, 'spec', 'pipelineSpec'), at(object, 'spec', 'taskRunTemplate', 'podTemplate'))],
  ...['AutoscalingRunnerSet', 'EphemeralRunner'].map((kind): [string, Lowering] => [kind, (object) => [plain(kind, object, kind === 'EphemeralRunner' ? object : at(object, 'spec', 'template'))]]),
  ['EphemeralRunnerSet', (object) => [plain('EphemeralRunnerSet', object, at(object, 'spec', 'ephemeralRunnerSpec'))]],
  ['RunnerSet', (object) => [assisted(plain('RunnerSet', object, at(object, 'spec', 'template')), object)]],
  ['Runner', (object) => [runner('Runner', object, object)]],
  ...['RunnerDeployment', 'RunnerReplicaSet'].map((kind): [string, Lowering] => [kind, (object) => [runner(kind, object, at(object, 'spec', 'template'))]]),
]);

/** The kinds that carry a pod. */
export const podKinds: readonly string[] = [...kinds.keys()];

/** The pods of an object: those of its kind, of a pod without its head, or whatever reads like one in a kind that is not known. */
export function podsOf(object: Field): readonly PodSource[] {
  const kind = textOf(at(object, 'kind'));
  if (kind === undefined) return headlessPods(object);
  if (kind.kind !== 'known') return [];
  const group = textOf(at(object, 'apiVersion'));
  const knative = group?.kind === 'known' && group.value.startsWith('serving.knative.dev/');
  if (knative) return [assisted(plain(`Knative ${kind.value}`, object, kind.value === 'Revision' ? object : at(object, 'spec', 'template')), object)];
  const lowering = kinds.get(kind.value);
  return lowering === undefined ? searched(object, kind.value.toLowerCase(), at(object, 'metadata'), deepestSearch) : lowering(object);
}

/** Whether the API would take it: what has no name waits for a tool that gives it one, and more. */
const named = (object: Field): boolean => ['name', 'generateName'].some((key) => isWritten(at(object, 'metadata', key))) || at(object, 'metadata', 'name').open !== undefined;

/** A template of a pod, to which Jenkins adds containers and volumes of its own, for one job. Source: https://plugins.jenkins.io/kubernetes/ */
const nameless = (object: Field, pod: PodSource): PodSource => ({ ...pod, adds: written(object.key) });

/** A pod that stands there as the API has it. */
const plain = (kind: string, object: Field, template: Field): PodSource => podOf(kind, object, template, at(template, 'spec'));

function podOf(kind: string, object: Field, template: Field, spec: Field): PodSource {
  const controller = controllerOf(kind);
  return {
    kind: kind.toLowerCase(),
    ...(controller === undefined ? {} : { controller }),
    name: at(object, 'metadata', 'name'),
    metadata: at(object, 'metadata'),
    labels: at(template, 'metadata', 'labels'),
    annotations: at(template, 'metadata', 'annotations'),
    spec,
    groups: groupsOf(spec),
    volumes: [at(spec, 'volumes')],
    claims: at(object, 'spec', 'volumeClaimTemplates'),
    replicas: at(object, 'spec', kind === 'Job' ? 'parallelism' : 'replicas'),
    ...(rolling.has(kind) ? { update: at(object, 'spec', kind === 'DaemonSet' ? 'updateStrategy' : 'strategy') } : {}),
    lasting: ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'DeploymentConfig', 'Rollout'].includes(kind),
    ...openBy(isPartial(spec) ? written(spec.key) : undefined),
  };
}

/** The controllers that may start a new pod before the old one has ended. */
const rolling: ReadonlySet<string> = new Set(['Deployment', 'DeploymentConfig', 'Rollout', 'DaemonSet']);

/** A patch of a pod: none of its containers says what it is made of. */
function isPartial(spec: Field): boolean {
  const { items } = itemsOf(at(spec, 'containers'));
  return items.length > 0 && items.every((container) => !isWritten(at(container, 'image')));
}

const groupsOf = (spec: Field): readonly Group[] => [
  { role: 'init', items: itemsOf(at(spec, 'initContainers')) },
  { role: 'main', items: itemsOf(at(spec, 'containers')) },
  { role: 'ephemeral', items: itemsOf(at(spec, 'ephemeralContainers')) },
];

/** A pod to which a controller out of view adds its share: containers, variables, volumes. */
const assisted = (pod: PodSource, by: Field): PodSource => ({ ...pod, open: pod.open ?? written(placeOf(at(by, 'kind'))) });

/** A runner of the legacy actions-runner-controller, which adds a daemon, variables and volumes of its own. */
function runner(kind: string, object: Field, template: Field): PodSource {
  const spec = at(template, 'spec');
  const own: Field = { ...spec, key: at(object, 'metadata', 'name').key };
  const groups: readonly Group[] = [
    { role: 'init', items: itemsOf(at(spec, 'initContainers')) },
    { role: 'main', items: { items: [own, ...itemsOf(at(spec, 'containers')).items] } },
    { role: 'sidecar', items: itemsOf(at(spec, 'sidecarContainers')) },
  ];
  return assisted({ ...plain(kind, object, template), lasting: true, groups }, object);
}

/** The templates of an Argo workflow that run a pod. */
function workflow(kind: string, object: Field, spec: Field): readonly PodSource[] {
  const patched = at(spec, 'podSpecPatch');
  return itemsOf(at(spec, 'templates')).items.flatMap((template): PodSource[] => {
    const own = ['container', 'script'].map((name) => at(template, name)).filter(isWritten);
    const set = itemsOf(at(template, 'containerSet', 'containers'));
    if (own.length === 0 && set.items.length === 0) return [];
    const open = [patched, at(template, 'podSpecPatch')].find(isWritten);
    const { open: _, ...base } = plain(kind, object, template);
    return [
      {
        ...base,
        kind: 'template',
        name: at(template, 'name'),
        spec: { ...over(spec, template), key: at(template, 'name').key },
        lasting: false,
        labels: at(template, 'metadata', 'labels'),
        groups: [
          { role: 'init', items: itemsOf(at(template, 'initContainers')) },
          { role: 'main', items: { items: [...own, ...set.items], ...openBy(set.open !== undefined && own.length === 0 ? set.open : undefined) } },
          { role: 'sidecar', items: itemsOf(at(template, 'sidecars')) },
        ],
        volumes: [at(spec, 'volumes'), at(template, 'volumes')],
        claims: at(spec, 'volumeClaimTemplates'),
        replicas: { key: spec.key, holes: spec.holes },
        ...openBy(open === undefined ? undefined : written(open.key)),
      },
    ];
  });
}

/** A Tekton task: steps with their template, and sidecars. */
function task(kind: string, object: Field, spec: Field, name: Field, podTemplate: Field): PodSource {
  const template = at(spec, 'stepTemplate');
  const steps = itemsOf(at(spec, 'steps'));
  return {
    kind: kind.toLowerCase(),
    name,
    metadata: at(object, 'metadata'),
    labels: at(object, 'metadata', 'labels'),
    annotations: at(object, 'metadata', 'annotations'),
    spec: isWritten(podTemplate) ? podTemplate : { key: spec.key, holes: spec.holes },
    groups: [
      { role: 'sidecar', items: itemsOf(at(spec, 'sidecars')) },
      { role: 'step', items: { ...steps, items: steps.items.map((step) => (isWritten(template) ? over(template, step) : step)) } },
    ],
    volumes: [at(spec, 'volumes'), at(podTemplate, 'volumes')],
    claims: { key: spec.key, holes: spec.holes },
    replicas: { key: spec.key, holes: spec.holes },
    lasting: false,
  };
}

function pipeline(kind: string, object: Field, spec: Field, podTemplate: Field): readonly PodSource[] {
  return [at(spec, 'tasks'), at(spec, 'finally')].flatMap((tasks) =>
    itemsOf(tasks).items.flatMap((one): PodSource[] => (isWritten(at(one, 'taskSpec')) ? [{ ...task(kind, object, at(one, 'taskSpec'), at(one, 'name'), podTemplate), kind: 'task' }] : [])),
  );
}

/** A pod without apiVersion and kind, as Jenkins takes it too, or the pods of Prow's jobs. */
function headlessPods(object: Field): readonly PodSource[] {
  const prow = ['presubmits', 'postsubmits', 'periodics'].filter((key) => isWritten(at(object, key)));
  if (prow.length > 0) return prow.flatMap((key) => searched(at(object, key), 'job', object, deepestSearch));
  const bare = isWritten(at(object, 'containers')) && !isWritten(at(object, 'spec'));
  const pod = bare ? podOf('Pod', object, object, object) : plain('Pod', object, object);
  return [nameless(object, pod)];
}

const deepestSearch = 12;
const mostFound = 2_000;

/** Whatever reads like the specification of a pod, in a kind that is not known: its controller may add anything. */
function searched(object: Field, kind: string, metadata: Field, depth: number): readonly PodSource[] {
  const found: PodSource[] = [];
  const look = (field: Field, name: Field, left: number): void => {
    if (found.length >= mostFound || left === 0) return;
    if (field.node?.kind === 'list') for (const item of itemsOf(field).items) look(item, name, left - 1);
    if (field.node?.kind !== 'map') return;
    const own = at(field, 'name');
    const here = own.node?.kind === 'scalar' ? own : name;
    const containers = at(field, 'containers');
    if (containers.node?.kind === 'list' && itemsOf(containers).items.some((one) => isWritten(at(one, 'image')) && isWritten(at(one, 'name')))) {
      const spec = opened(field, written(field.key));
      found.push({ kind, name: here, metadata, labels: nothing(field), annotations: nothing(field), spec, groups: groupsOf(spec), volumes: [at(spec, 'volumes')], claims: nothing(field), replicas: nothing(field), lasting: false, open: written(field.key) });
      return;
    }
    for (const [, value] of entriesOf(field).items) look(value, here, left - 1);
  };
  look(object, at(metadata, 'name'), depth);
  return found;
}

const nothing = ({ key, holes }: Field): Field => ({ key, holes });
