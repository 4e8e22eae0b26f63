import { describe, expect, test } from 'vitest';
import { container, pod, podWith, project, reached } from './kubernetes-lowered.ts';
import { assumes, plain, textAt } from './lowered.ts';

const two = (body: string, more = ''): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ci, labels: {app: dind}}\nspec:\n${body.replace(/^/gm, '  ')}\n${more}`;
const dind = (more = ''): string => `- name: dind\n  image: docker:28.5.2-dind\n  securityContext: {privileged: true}${more === '' ? '' : `\n${more.replace(/^/gm, '  ')}`}`;
const client = (host: string, name = 'client'): string => `- name: ${name}\n  image: docker:28.5.2-cli\n  command: [docker, info]\n  env: [{name: DOCKER_HOST, value: "${host}"}]`;

describe('security', () => {
  test.each([
    ['securityContext: {privileged: true}', '', true, undefined],
    ['', '', false, undefined],
    ['securityContext: {}', 'securityContext: {privileged: true}', false, 'ignored'],
    ['privileged: true', '', false, 'ignored'],
    ['', 'privileged: true', false, 'ignored'],
    ['securityContext: {privileged: false}', 'securityContext: {privileged: true}', false, undefined],
    ['securityContext: {privileged: true, allowPrivilegeEscalation: false}', '', true, 'refused'],
    ['securityContext: {privileged: true, allowPrivilegeEscalation: true}', '', true, undefined],
    ['securityContext: {privileged: "{{ .Values.p }}"}', '', '<.Values.p>', undefined],
    ['', 'hostUsers: false', '?', undefined],
    ['securityContext: {privileged: true}', 'hostUsers: false', true, undefined],
  ])('%s, pod %s', (inside, above, privileged, vain) => {
    const one = container(project(podWith(inside, above)), 'c');
    expect(plain(one.privileged)).toBe(privileged);
    expect(one.privilegedInVain && plain(one.privilegedInVain)).toBe(vain);
  });

  test('a container that says nothing is unprivileged by a fact, at its image', () => {
    const { privileged } = container(project(podWith('')), 'c');
    expect(privileged.origin.kind).toBe('implied');
    expect(textAt(privileged.origin.at)).toBe('docker:28.5.2-dind');
  });

  test.each([
    ['', '', 'root', []],
    ['securityContext: {runAsUser: 1000}', '', 1000, []],
    ['', 'securityContext: {runAsUser: 1000, runAsGroup: 10, fsGroup: 20, supplementalGroups: [30]}', 1000, [10, 20, 30]],
    ['securityContext: {runAsUser: 0}', 'securityContext: {runAsUser: 1000}', 0, []],
    ['', 'securityContext: {runAsNonRoot: true}', 'non-root', []],
    ['securityContext: {runAsNonRoot: false}', 'securityContext: {runAsNonRoot: true}', 'root', []],
    ['', 'securityContext: {runAsNonRoot: true, runAsUser: 1000}', 1000, []],
  ])('user: %s, pod %s', (inside, above, uid, groups) => {
    const { user } = container(project(podWith(inside, above)), 'c');
    expect(user.kind === 'known' && [user.value.uid, user.value.groups.items.map(plain)]).toEqual([uid, groups]);
  });

  test('the rest of it', () => {
    const one = container(project(podWith('securityContext: {readOnlyRootFilesystem: true, procMount: Unmasked, capabilities: {add: [SYS_ADMIN], drop: [ALL]}}', 'runtimeClassName: sysbox-runc\nsecurityContext: {seccompProfile: {type: RuntimeDefault}, appArmorProfile: {type: Unconfined}}')), 'c');
    expect(plain(one.readOnlyRoot)).toBe(true);
    expect(plain(one.runtime)).toBe('sysbox-runc');
    expect(one.capabilities.items.map(plain)).toEqual(['SYS_ADMIN']);
    expect(one.securityOptions.items.map(plain)).toEqual(['seccomp=runtimedefault', 'apparmor=unconfined', 'systempaths=unconfined']);
    expect(container(project(podWith('')), 'c').securityOptions.items.map(plain)).toEqual(['seccomp=unconfined']);
  });
});

describe('a namespace’s Pod Security level', () => {
  const namespace = (label: string, name = 'ci'): string => `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {pod-security.kubernetes.io/${label}}}\n`;
  test.each([
    ['enforce: baseline', 'ci', false],
    ['enforce: restricted', 'ci', false],
    ['enforce: privileged', 'ci', true],
    ['warn: restricted', 'ci', true],
    ['enforce: baseline', 'other', true],
    ['enforce: "{{ .Values.level }}"', 'ci', '<.Values.level>'],
  ])('%s on %s', (label, name, honours) => {
    const files = { 'pod.yaml': two(`containers:\n${dind()}`), 'namespace.yaml': namespace(label, name) };
    const { honoursPrivileged } = pod(project(files), 'pod `p`');
    expect(plain(honoursPrivileged)).toBe(honours);
    if (honours === false) expect(textAt(honoursPrivileged.origin.at)).toBe(label.split(' ')[1]);
  });

  test.each([
    ['{namespace: ci, resources: [../base]}', undefined, false],
    ['{namespace: ci, resources: [../../../base]}', undefined, true],
    ['{resources: [../base]}', undefined, true],
    ['{namespace: test, resources: [../base]}', undefined, true],
    ['{namespace: ci, resources: [../base]}', '{namespace: ci, resources: [../base/dind.yaml]}', false],
    ['{namespace: ci, resources: [../base]}', '{namespace: test, resources: [../base/]}', '?'],
    ['{namespace: ci, bases: [../other]}', '{namespace: test, resources: [../base]}', false],
  ])('by kustomizations %s, %s', (first, second, honours) => {
    const files = {
      'base/dind.yaml': podWith('').replace('{name: p}', '{name: p, namespace: written}'),
      'base/kustomization.yaml': '{resources: [dind.yaml]}',
      'one/kustomization.yaml': first,
      ...(second === undefined ? {} : { 'other/kustomization.yaml': second }),
      'namespace.yaml': namespace('enforce: baseline'),
    };
    expect(plain(pod(project(files), 'pod `p`').honoursPrivileged)).toBe(honours);
  });

  test('is taken to be none where none is in view', () => {
    expect(assumes(pod(project(podWith(''))).honoursPrivileged)).toEqual(['kubernetes.podSecurity']);
    expect(plain(pod(project(podWith(''), { 'kubernetes.podSecurity': 'baseline' })).honoursPrivileged)).toBe(false);
  });
});

describe('who meets whom', () => {
  test.each([
    ['tcp://localhost:2376', 'dind'],
    ['tcp://127.0.0.1:2375', 'dind'],
    ['tcp://dind:2376', 'nobody'],
    ['tcp://docker:2376', 'nobody'],
    ['tcp://other:2376', '?'],
    ['tcp://dind.ci:2376', '?'],
    ['tcp://alias:2376', 'dind'],
  ])('%s in one pod', (host, whom) => expect(reached(project(two(`hostAliases: [{ip: 127.0.0.1, hostnames: [alias]}]\ncontainers:\n${client(host)}\n${dind()}`)), 'client')).toEqual([whom]));

  test('a name that is no Service’s rests on an assumption', () => {
    const { topology } = project(two(`containers:\n${client('tcp://dind:2376')}\n${dind()}`));
    const [found] = topology.clients.filter(({ called }) => called === 'container `client`');
    expect(found && assumes(found.reaches)).toEqual(['kubernetes.services']);
  });

  test('all containers live in the namespace of the first', () => {
    const all = pod(project(two(`initContainers:\n${client('', 'before')}\ncontainers:\n${client('')}\n${dind()}`))).containers.items;
    const [before, first, second] = all;
    expect(first && plain(first.localhost)).toBe('own');
    expect([before, second].map((one) => one?.localhost.kind === 'known' && one.localhost.value)).toEqual([first, first]);
  });

  test('hostNetwork is the node’s, and neighbours meet there', () => {
    const all = project(two(`hostNetwork: true\ncontainers:\n${client('tcp://localhost:2376')}\n${dind()}`));
    const { localhost } = container(all, 'dind');
    expect(localhost.kind === 'known' && localhost.value).toBe(pod(all).on);
    expect(reached(all, 'client')).toEqual(['dind']);
  });

  const service = (more: string, name = 'dind'): string => `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ci}\nspec:\n  selector: {app: dind}\n${more.replace(/^/gm, '  ')}\n`;
  const other = (host: string, namespace = 'ci'): string => `---\napiVersion: v1\nkind: Pod\nmetadata: {name: q, namespace: ${namespace}}\nspec:\n  containers:\n${client(host).replace(/^/gm, '    ')}\n`;
  test.each([
    ['tcp://dind:2376', 'ci', 'dind'],
    ['tcp://dind.ci:2376', 'ci', 'dind'],
    ['tcp://dind.ci.svc:2376', 'test', 'dind'],
    ['tcp://dind.ci.svc.cluster.local:2376', 'test', 'dind'],
    ['tcp://dind:2376', 'test', '?'],
    ['tcp://dind.test:2376', 'ci', '?'],
    ['tcp://client:2376', 'ci', 'nobody'],
  ])('%s from %s, by a Service', (host, namespace, whom) => expect(reached(project(two(`containers:\n${dind()}`, `${service('ports: [{port: 2376}]')}${other(host, namespace)}`)), 'client')).toEqual([whom]));

  test.each([
    ['ports: [{port: 2376}]', 2376, 'mutual'],
    ['ports: [{port: 2375}]', 2376, 'silent'],
    ['ports: [{port: 443, targetPort: 2376}]', 443, 'mutual'],
    ['ports: [{port: 443, targetPort: tls}]', 443, 'mutual'],
    ['ports: [{port: 443, targetPort: strange}]', 443, '?'],
    ['clusterIP: None', 2376, 'mutual'],
  ])('behind %s port %d is %s', (ports, port, speech) => {
    const { topology } = project(two(`containers:\n${dind('ports: [{name: tls, containerPort: 2376}]')}`, `${service(ports)}${other(`tcp://dind:${port}`)}`));
    const [link] = topology.links.filter((one) => one.client.called === 'container `client`');
    expect(link && (link.listener.kind !== 'known' ? '?' : (link.listener.value?.speaks ?? 'silent'))).toBe(speech);
  });

  test.each([
    ['type: NodePort', true],
    ['type: LoadBalancer', true],
    ['type: ClusterIP', false],
    ['', false],
    ['externalIPs: [192.0.2.1]', true],
  ])('a Service of %s', (type, exposed) => {
    const front = container(project(two(`containers:\n${dind()}`, service(`ports: [{port: 2376}]\n${type}`))), 'dind').fronts?.items[0];
    expect(front && plain(front.exposed)).toBe(exposed);
  });

  test('a container of an image out of view may be a daemon too', () => {
    const strange = '- name: strange\n  image: registry.example.org/dind:1\n  securityContext: {privileged: true}';
    expect(reached(project(two(`containers:\n${client('tcp://localhost:2375')}\n${strange}`)), 'client')).toEqual(['?']);
    expect(reached(project(two(`containers:\n${client('tcp://localhost:2375')}`)), 'client')).toEqual(['nobody']);
  });
});

describe('order and ends', () => {
  const sidecar = (more: string): string => dind(`restartPolicy: Always${more === '' ? '' : `\n${more}`}`);
  test.each([
    [sidecar('startupProbe: {exec: {command: [docker, info]}}'), 'probed', true],
    [sidecar(''), 'started', true],
    [dind(), 'completed', undefined],
  ])('%j', (init, until, stays) => {
    const all = project(two(`initContainers:\n${init}\ncontainers:\n${client('tcp://localhost:2376')}`));
    expect(container(all, 'client').startsAfter.items.map((one) => [one.container, one.until])).toEqual([[container(all, 'dind'), until]]);
    const { sidecar: mark } = container(all, 'dind');
    expect(mark && plain(mark)).toBe(stays);
  });

  test('containers of one pod start together', () => expect(container(project(two(`containers:\n${dind()}\n${client('')}`)), 'client').startsAfter).toEqual({ items: [] }));

  test('steps of Tekton follow one another, after their sidecars', () => {
    const all = project(`apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec:\n  stepTemplate: {env: [{name: DOCKER_HOST, value: tcp://localhost:2375}]}\n  sidecars:\n${dind('readinessProbe: {exec: {command: [docker, info]}}').replace(/^/gm, '  ')}\n  steps:\n  - {name: one, image: "docker:28-cli", command: [docker, info]}\n  - {name: two, image: "docker:28-cli", env: [{name: DOCKER_HOST, value: tcp://localhost:2376}], command: [docker, ps]}\n`);
    expect(container(all, 'two').startsAfter.items.map((one) => [one.container.called, one.until])).toEqual([['container `dind`', 'probed'], ['container `one`', 'completed']]);
    expect(['one', 'two'].map((name) => plain(container(all, name).env.get('DOCKER_HOST')))).toEqual(['tcp://localhost:2375', 'tcp://localhost:2376']);
    expect(container(all, 'dind').sidecar).toBeDefined();
  });

  test('a sidecar of Argo mirrors the mounts of the main container', () => {
    const flow = 'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  volumes: [{name: v, emptyDir: {}}]\n  templates:\n  - name: t\n    container: {image: "docker:28-cli", volumeMounts: [{name: v, mountPath: /work}]}\n    sidecars: [{name: dind, image: "docker:28-dind", mirrorVolumeMounts: true}]\n';
    expect(container(project(flow), 'dind').mounts.items.map(({ target }) => plain(target))).toContain('/work');
    expect(container(project(flow.replace('true', 'false')), 'dind').mounts.items.map(({ target }) => plain(target))).not.toContain('/work');
  });

  test.each([
    ['', true],
    ['restartPolicy: Always', true],
    ['restartPolicy: OnFailure', true],
    ['restartPolicy: Never', false],
    ['restartPolicy: $POLICY', '<POLICY>'],
  ])('%s', (policy, restarts) => expect(plain(container(project(podWith('', policy)), 'c').restarts)).toBe(restarts));

  test('shared processes, instances', () => {
    expect(plain(pod(project(podWith('', 'shareProcessNamespace: true'))).sharesProcesses ?? { kind: 'known', value: 'unset', origin: { kind: 'written', at: pod(project(podWith(''))).at } })).toBe(true);
    expect(plain(pod(project(podWith(''))).instances)).toEqual({ count: 1, sameMachine: false });
  });

  test('the node has no engine unless somebody says so', () => {
    const { topology } = project(podWith(''));
    const [node] = topology.machines;
    expect(node && [node.engine.kind === 'known' && node.engine.value, assumes(node.engine)]).toEqual([undefined, ['kubernetes.runtime']]);
    expect(project(podWith(''), { 'kubernetes.runtime': 'docker', 'host.engine': '28' }).topology.machines[0]?.engine).toMatchObject({ kind: 'known', value: { from: [28, 0, 0], until: [29, 0, 0] } });
  });
});

describe('what stands elsewhere', () => {
  test('a patch says nothing of what it leaves out', () => {
    const one = container(project('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: docker}\nspec: {template: {spec: {containers: [{name: c, env: [{name: DOCKER_TLS_CERTDIR, value: ""}]}]}}}\n'), 'c');
    expect([one.image, one.privileged, one.readOnlyRoot, one.command, one.env.get('DOCKER_HOST')].map(({ kind }) => kind)).toEqual(Array(5).fill('unknown'));
    expect(one.mounts.open).toBeDefined();
    expect(plain(one.env.get('DOCKER_TLS_CERTDIR'))).toBe('');
  });

  test('an overlay of the repository is another way of the same pod', () => {
    const files = {
      'base/ci.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ci}\nspec: {template: {spec: {containers: [{name: c, image: "docker:28.5.2-dind", env: [{name: A, value: a}]}]}}}\n',
      'dev/kustomization.yaml': 'resources: [../base]\npatches: [{path: p.yaml}]\n',
      'dev/p.yaml': 'kind: Deployment\nmetadata: {name: ci}\nspec: {template: {spec: {containers: [{name: c, securityContext: {privileged: true}, env: [{name: B, value: b}]}]}}}\n',
      'prod/kustomization.yaml': 'patches: [{target: {kind: Deployment, name: ci}, patch: "[{op: remove, path: /spec}]"}]\n',
    };
    const ways = project(files).topology.workloads;
    expect(ways.map(({ reading }) => reading?.of)).toEqual([3, 3, 3]);
    const all = ways.map(({ containers }) => containers.items[0]);
    expect(all.map((one) => one && plain(one.privileged))).toEqual([false, true, false]);
    expect(['A', 'B'].map((name) => all[1] && plain(all[1].env.get(name)))).toEqual(['a', 'b']);
  });

  test('controllers put more in than is written', () => {
    const one = container(project('apiVersion: actions.summerwind.dev/v1alpha1\nkind: RunnerDeployment\nmetadata: {name: docker}\nspec: {template: {spec: {image: summerwind/actions-runner, dockerEnabled: true}}}\n'), 'main');
    expect([one.privileged.kind, one.env.get('DOCKER_HOST').kind, one.mounts.open !== undefined, one.workload.containers.open !== undefined]).toEqual(['unknown', 'unknown', true, true]);
  });

  test('a pod of Jenkins is as written, and has more containers', () => {
    const all = project('spec:\n  containers:\n  - {name: c, image: "docker:28-dind"}\n');
    expect([container(all, 'c').privileged.kind, pod(all).containers.open !== undefined, container(all, 'c').mounts.open !== undefined]).toEqual(['known', true, true]);
  });
});
