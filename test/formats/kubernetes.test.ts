import { describe, expect, test } from 'vitest';
import { kubernetes } from '../../src/formats/kubernetes/index.ts';
import { container, pod, podWith, project } from './kubernetes-lowered.ts';
import { assumes, mount, plain, textAt, words } from './lowered.ts';

const spec = '{containers: [{name: c, image: "docker:28.5.2-dind"}]}';

describe('recognises', () => {
  test.each([
    ['pod.yaml', 'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: docker}]}\n', true],
    ['pod.yml', '{apiVersion: v1, kind: Pod, spec: {containers: [{image: docker}]}}', true],
    ['pod.yaml', '{\n  "apiVersion": "v1",\n  "kind": "Pod",\n  "spec": {"containers": [{"image": "docker"}]}\n}\n', true],
    ['all.yaml', 'apiVersion: v1\nkind: List\nitems: []\n', true],
    ['ns.yaml', 'apiVersion: v1\nkind: Namespace\n', true],
    ['a.yaml', 'apiVersion: apps/v1\n"kind": "Deployment" # docker\n', true],
    ['a.yaml', 'apiVersion: tekton.dev/v1\nkind: Task\nimage: docker\n', true],
    ['a.yaml', 'apiVersion: apps/v1\nkind: Deployment\nimage: nginx\n', false],
    ['crd.yaml', 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  names:\n    kind: Runner\ndescription: docker\n', false],
    ['KubernetesPod.yaml', 'spec:\n  containers:\n  - name: docker\n    image: docker:28-cli\n', true],
    ['KubernetesPod.yaml', 'containers:\n- name: docker\n  image: docker:28-cli\n', true],
    ['job.yaml', 'presubmits:\n  a/b:\n  - spec:\n      containers:\n      - image: docker\n', true],
    ['azure-pipelines.yml', 'resources:\n  containers:\n  - container: x\n    image: docker\n', false],
    ['compose.yaml', 'apiVersion: v1\nkind: Pod\ndocker: 1\n', false],
    ['.github/workflows/a.yml', 'apiVersion: v1\nkind: Pod\ndocker: 1\n', false],
    ['pod.md', 'apiVersion: v1\nkind: Pod\ndocker: 1\n', false],
  ])('%s %j', (path, text, answer) => expect(kubernetes.recognises({ path, text })).toBe(answer));
});

describe('where pods stand', () => {
  const object = (group: string, kind: string, body: string): string => `apiVersion: ${group}\nkind: ${kind}\nmetadata: {name: x}\n${body}\n`;
  test.each<readonly [string, string]>([
    [object('v1', 'Pod', `spec: ${spec}`), 'pod `x`'],
    [object('v1', 'PodTemplate', `template: {spec: ${spec}}`), 'podtemplate `x`'],
    ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'Job', 'DeploymentConfig', 'Rollout', 'AutoscalingRunnerSet', 'RunnerSet'].map((kind) => [object('apps/v1', kind, `spec: {template: {spec: ${spec}}}`), `${kind.toLowerCase()} \`x\``] as const),
    [object('batch/v1', 'CronJob', `spec: {jobTemplate: {spec: {template: {spec: ${spec}}}}}`), 'cronjob `x`'],
    [object('serving.knative.dev/v1', 'Service', `spec: {template: {spec: ${spec}}}`), 'knative service `x`'],
    [object('tekton.dev/v1', 'Task', 'spec: {steps: [{name: c, image: "docker:28.5.2-dind"}]}'), 'task `x`'],
    [object('tekton.dev/v1', 'TaskRun', 'spec: {taskSpec: {steps: [{name: c, image: "docker:28.5.2-dind"}]}}'), 'taskrun `x`'],
    [object('tekton.dev/v1', 'Pipeline', 'spec: {tasks: [{name: b, taskSpec: {steps: [{name: c, image: "docker:28.5.2-dind"}]}}]}'), 'task `b`'],
    [object('tekton.dev/v1', 'PipelineRun', 'spec: {pipelineSpec: {finally: [{name: b, taskSpec: {steps: [{name: c, image: "docker:28.5.2-dind"}]}}]}}'), 'task `b`'],
    [object('argoproj.io/v1alpha1', 'Workflow', 'spec: {templates: [{name: t, container: {name: c, image: "docker:28.5.2-dind"}}]}'), 'template `t`'],
    [object('argoproj.io/v1alpha1', 'CronWorkflow', 'spec: {workflowSpec: {templates: [{name: t, containerSet: {containers: [{name: c, image: "docker:28.5.2-dind"}]}}]}}'), 'template `t`'],
    [object('actions.summerwind.dev/v1alpha1', 'RunnerDeployment', 'spec: {template: {spec: {containers: [{name: c, image: "docker:28.5.2-dind"}]}}}'), 'runnerdeployment `x`'],
    [`${object('example.org/v1', 'Cluster', `spec: {worker: {podTemplate: {spec: ${spec}}}}`)}---\n${object('v1', 'Namespace', '')}`, 'cluster `x`'],
    [`apiVersion: v1\nkind: List\nitems:\n- ${object('v1', 'Pod', `spec: ${spec}`).trim().replaceAll('\n', '\n  ')}\n`, 'pod `x`'],
    [`# docker\n---\n${object('v1', 'Namespace', '')}---\n${object('v1', 'Pod', `spec: ${spec}`)}`, 'pod `x`'],
    [`metadata: {name: x}\nspec:\n  containers:\n  - {name: c, image: "docker:28.5.2-dind"}\n`, 'pod `x`'],
    ['containers:\n- {name: c, image: "docker:28.5.2-dind"}\n', 'pod `?`'],
    ['periodics:\n- name: nightly\n  spec:\n    containers:\n    - {name: c, image: "docker:28.5.2-dind"}\n', 'job `nightly`'],
  ])('%j', (text, called) => {
    const { topology } = project(text);
    const found = topology.workloads.find(({ containers }) => containers.items.some((one) => one.called === 'container `c`'));
    expect(found?.called).toBe(called);
  });

  test('a controller is known as one', () => expect(pod(project(object('batch/v1', 'Job', `spec: {template: {spec: ${spec}}}`)))).toMatchObject({ kind: 'pod', controller: 'Job', on: { role: 'node', called: 'the node' } }));

  test.each([
    ['spec: {replicas: 3, template: {spec: S}}', 3],
    ['spec: {template: {spec: S}}', 1],
    ['spec: {replicas: "${N}", template: {spec: S}}', '?'],
  ])('replicas of %s', (body, count) => {
    const { instances } = pod(project(object('apps/v1', 'Deployment', body.replace('S', spec))));
    expect(instances.kind === 'known' ? instances.value.count : '?').toBe(count);
  });
});

describe('the image and its words', () => {
  test.each([
    ['', undefined, undefined],
    ['command: [dockerd]', ['dockerd'], []],
    ['args: [dockerd]', undefined, ['dockerd']],
    ['command: [sh, -c]\nargs: ["echo hi"]', ['sh', '-c'], ['echo hi']],
    ['command: []\nargs: []', undefined, undefined],
    ['args: ["--group=$(GID)"]\nenv: [{name: GID, value: "123"}]', undefined, ['--group=123']],
    ['args: ["$$(GID)", "$(date)", "$GID"]\nenv: [{name: GID, value: "123"}]', undefined, ['$(GID)', '$(date)', '$GID']],
    ['args: ["$(HOST)"]\nenvFrom: [{configMapRef: {name: other}}]', undefined, ['<HOST>']],
    ['command: 7', '?', []],
  ])('%s', (body, entrypoint, command) => {
    const one = container(project(podWith(body)), 'c');
    expect([words(one.entrypoint), words(one.command)]).toEqual([entrypoint, command]);
  });

  test('an image is read where it is written', () => {
    const one = container(project(podWith('')), 'c');
    expect(plain(one.image)).toEqual({ repository: 'docker', tag: '28.5.2-dind' });
    expect(textAt(one.image.origin.at)).toBe('docker:28.5.2-dind');
    expect(textAt(one.at)).toBe('c');
    expect(plain(one.workingDirectory)).toBe('/');
  });

  test.each(['$IMAGE', '${REGISTRY}/docker:dind', '{{ .Values.image }}', '<your image>'])('%s is no image that anybody knows', (image) => {
    expect(container(project(podWith('').replace('docker:28.5.2-dind', `"${image}" # docker`)), 'c').image.kind).toBe('unknown');
  });

  test('a script of Tekton and of Argo is read in place', () => {
    const task = 'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: x}\nspec:\n  steps:\n  - name: c\n    image: docker:28-cli\n    script: |\n      #!/usr/bin/env bash\n      docker info\n';
    const [call] = container(project(task), 'c').invocations.items.filter(({ tool }) => tool === 'docker');
    expect(call && textAt(call.at)).toBe('docker info');
    const flow = 'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  templates:\n  - name: t\n    script: {name: c, image: "docker:28-cli", command: [sh], source: docker info}\n';
    expect(container(project(flow), 'c').invocations.items.map(({ tool }) => tool)).toContain('docker');
    expect(container(project(flow.replace('[sh]', '[python]')), 'c').invocations.items.map(({ tool }) => tool)).not.toContain('docker');
  });

  test('probes and hooks', () => {
    const body = 'startupProbe: {exec: {command: [docker, info]}}\nlifecycle: {postStart: {exec: {command: [docker, ps]}}, preStop: {exec: {command: [docker, kill, x]}}}';
    const one = container(project(podWith(body)), 'c');
    expect(one.invocations.items.map(({ via, words: all }) => `${via} ${all.map(plain).join(' ')}`)).toEqual(['health docker info', 'hook docker ps', 'exec docker kill x']);
    expect(one.health.kind === 'known' && one.health.value?.test.kind === 'known' && one.health.value.test.value.map(plain)).toEqual(['docker', 'info']);
    expect(plain(container(project(podWith('')), 'c').health)).toBe(undefined);
  });
});

describe('the environment', () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {DOCKER_HOST: "tcp://dind:2375", OTHER: x}\n';
  test.each([
    ['env: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]', 'tcp://localhost:2375'],
    ['env: [{name: DOCKER_HOST}]', ''],
    ['env: [{name: DOCKER_HOST, value: }]', ''],
    ['env: [{name: H, value: dind}, {name: DOCKER_HOST, value: "tcp://$(H):2375"}]', 'tcp://dind:2375'],
    ['env: [{name: DOCKER_HOST, value: "tcp://$(H):2375"}]', 'tcp://$(H):2375'],
    ['env: [{name: DOCKER_HOST, value: "${DOCKER_HOST}"}]', '<DOCKER_HOST>'],
    ['env: [{name: DOCKER_HOST, value: "tcp://$H:2375"}]', 'tcp://$H:2375'],
    ['env: [{name: DOCKER_HOST, valueFrom: {configMapKeyRef: {name: settings, key: DOCKER_HOST}}}]', 'tcp://dind:2375'],
    ['env: [{name: DOCKER_HOST, valueFrom: {secretKeyRef: {name: s, key: k}}}]', '<>'],
    ['env: [{name: DOCKER_HOST, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}]', '<status.hostIP>'],
    ['envFrom: [{configMapRef: {name: settings}}]', 'tcp://dind:2375'],
    ['envFrom: [{configMapRef: {name: settings}, prefix: X_}]', undefined],
    ['envFrom: [{configMapRef: {name: strange}}]', '?'],
    ['envFrom: [{secretRef: {name: s}}]', undefined],
    ['', undefined],
  ])('%s', (body, value) => {
    const files = { 'k8s/pod.yaml': podWith(body), 'k8s/settings.yaml': map };
    expect(plain(container(project(files), 'c').env.get('DOCKER_HOST'))).toBe(value);
  });

  test('a Secret may set anything but what it is taken for granted that it does not', () => {
    const { env } = container(project(podWith('envFrom: [{secretRef: {name: s}}]')), 'c');
    expect(assumes(env.get('DOCKER_HOST'))).toEqual(['kubernetes.secrets']);
    expect(env.get('TOKEN').kind).toBe('unknown');
    expect(container(project(podWith('envFrom: [{secretRef: {name: s}}]'), { 'kubernetes.secrets': false }), 'c').env.get('DOCKER_HOST').kind).toBe('unknown');
  });
});

describe('volumes', () => {
  test.each([
    ['emptyDir: {}', '', 'workload:v /data'],
    ['emptyDir: {medium: Memory}', '', 'workload:v /data'],
    ['', '', 'workload:v /data'],
    ['hostPath: {path: /srv}', '', '/srv /data'],
    ['hostPath: {path: /srv, type: DirectoryOrCreate}', '', '/srv! /data'],
    ['hostPath: {path: /srv, type: ""}', '', '/srv /data'],
    ['hostPath: {path: /srv, type: Directory}', ', readOnly: true', '/srv! /data ro'],
    ['hostPath: {path: /var/run/docker.sock, type: Socket}', '', '/var/run/docker.sock! /data'],
    ['hostPath: {path: /srv}', ', subPath: a/b', '/srv/a/b /data'],
    ['persistentVolumeClaim: {claimName: claim}', '', 'cluster:claim /data'],
    ['persistentVolumeClaim: {claimName: claim}', ', subPath: a', 'cluster:claim/a /data'],
    ['emptyDir: {}', ', subPathExpr: $(POD)', '? /data'],
    ['secret: {secretName: s}', '', '? /data'],
    ['csi: {driver: d}', '', '? /data'],
    ['nfs: {server: s, path: /p}', '', 'cluster:s:/p /data'],
  ])('%s%s', (volume, more, shown) => {
    const one = container(project(podWith(`volumeMounts: [{name: v, mountPath: /data/${more}}]`, `volumes:\n- name: v\n${volume === '' ? '' : `  ${volume}`}`)), 'c');
    expect(one.mounts.items.map(mount)).toEqual(['container: /var/lib/docker', shown]);
  });

  test('a mount in the place of the image’s own volume takes it away', () => {
    const one = container(project(podWith('volumeMounts: [{name: v, mountPath: /var/lib/docker}]', 'volumes: [{name: v, emptyDir: {}}]')), 'c');
    expect(one.mounts.items.map(mount)).toEqual(['workload:v /var/lib/docker']);
  });

  test('a claim that every pod has of its own', () => {
    const text = 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: x}\nspec:\n  volumeClaimTemplates: [{metadata: {name: v}}]\n  template: {spec: {containers: [{name: c, image: "docker:28-cli", volumeMounts: [{name: v, mountPath: /data}]}]}}\n';
    expect(container(project(text), 'c').mounts.items.map(mount)).toEqual(['workload:v /data']);
  });

  test('a socket has its place where it is written', () => {
    const [first] = container(project(podWith('volumeMounts: [{name: v, mountPath: /var/run/docker.sock}]', 'volumes: [{name: v, hostPath: {path: /var/run/docker.sock}}]').replace('-dind', '-cli')), 'c').mounts.items;
    expect(first && [textAt(first.at), textAt(first.source.origin.at)]).toEqual(['/var/run/docker.sock', '/var/run/docker.sock']);
  });

  test('a volume that nobody declares is not known', () => expect(container(project(podWith('volumeMounts: [{name: v, mountPath: /data}]')), 'c').mounts.items.map(mount)).toContain('? /data'));
});
