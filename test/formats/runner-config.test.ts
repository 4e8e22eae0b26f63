import { describe, expect, test } from 'vitest';
import { type Setting, assumption } from '../../src/docker/assumptions.ts';
import type { Context, RunnerSettings } from '../../src/formats/format.ts';
import { runnerConfig } from '../../src/formats/runner/index.ts';
import { worthReading } from '../../src/formats/worth-reading.ts';
import type { MountSource } from '../../src/model/topology.ts';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { Slice, type Span } from '../../src/text/slice.ts';
import { type Value, assumed, known, sole, unknown, written } from '../../src/value/value.ts';
import { rules } from '../every-rule.ts';
import { busy } from '../busy.ts';

function contextOf(path: string, text: string): Context {
  return {
    source: { path, text },
    find: () => undefined,
    builder: undefined,
    read: () => undefined,
    beside: () => [],
    paths: [path],
    known: [],
    report: () => undefined,
    setting<T extends Setting>(key: string, at: Span): Value<T> {
      const about = assumption(key) ?? { key, says: key };
      const fallback = 'default' in about ? about.default : undefined;
      // A default has the type of its key.
      return fallback === undefined ? unknown('setting', written(at), about) : known(fallback as T, assumed(at, about));
    },
  };
}

function settled(text: string, path = 'config.toml'): readonly RunnerSettings[] {
  const context = contextOf(path, text);
  expect(worthReading(path) && runnerConfig.recognises(context.source)).toBe(true);
  const { document } = runnerConfig.parse(Slice.of(context.source));
  return [...(runnerConfig.settle?.(document, context) ?? [])].filter((part): part is RunnerSettings => part.kind === 'runner-settings');
}

const one = (text: string, path?: string): RunnerSettings => settled(text, path)[0] ?? expect.fail('no runner');
const place = ({ source, start, end }: Span): string => source.text.slice(start, end);
const shown = (value: Value<unknown> | undefined): unknown => (value === undefined ? undefined : value.kind === 'known' ? value.value : value.kind);
const value = (settings: RunnerSettings, name: string): unknown => shown(settings.values.get(name));
const kind = (source: MountSource): string =>
  source.kind === 'path' ? `path ${String(shown(source.path))} of ${source.of.kind === 'machine' ? source.of.role : 'container'}` : source.kind === 'volume' ? `volume ${String(shown(source.name))} of ${source.of}${source.within === undefined ? '' : ` within ${source.within}`}` : source.kind;
const mounts = (settings: RunnerSettings): readonly string[] =>
  settings.mounts.items.map(({ source, target, readOnly }) => `${source.kind === 'known' ? kind(source.value) : source.kind} at ${String(shown(target))}${sole(readOnly) === true ? ' ro' : ''}`);

const docker = (lines: string): string => `concurrent = 4\n[[runners]]\n  name = "a"\n  executor = "docker"\n  [runners.docker]\n${lines}\n`;

describe('which files', () => {
  test.each<[path: string, text: string, is: boolean]>([
    ['config.toml', '[[runners]]\n', true],
    ['deploy/gitlab-runner.toml', '  [[ runners ]]\n', true],
    ['config.toml', '[runners]\n[tool]\n', false],
    ['values.yaml', 'runners:\n  config: |\n    [[runners]]\n', true],
    ['values.yaml', 'runners:\n  replicas: 2\n', false],
    ['register.sh', 'docker exec r gitlab-runner register -n\n', true],
    ['register.sh', 'docker compose run --rm runner register --executor docker\n', true],
    ['register.sh', 'echo register\n', false],
    ['values.yaml', 'gitlabUrl: https://gitlab.example.org\nrunners:\n  privileged: true\n', true],
  ])('%s: %j', (path, text, is) => expect(runnerConfig.recognises({ path, text })).toBe(is));
});

describe('config.toml', () => {
  test.each<[written: string, mount: string]>([
    ['"/certs/client"', 'volume /certs/client of runner-slot at /certs/client'],
    ['"cache:/cache"', 'volume cache of machine at /cache'],
    ['"/srv/cache/:/cache:ro"', 'path /srv/cache of runner-host at /cache ro'],
    ['"/var/run/docker.sock:/var/run/docker.sock"', 'path /var/run/docker.sock of runner-host at /var/run/docker.sock'],
    ["'C:\\cache:C:\\x'", 'path C:\\cache of runner-host at C:\\x'],
    ['"/srv/${CI_PROJECT_ID}:/x"', 'path unknown of runner-host at /x'],
    ['"$VOLUME"', 'unknown at unknown'],
  ])('volumes = [%s]', (text, mount) => {
    const settings = one(docker(`    volumes = [${text}]`));
    expect(mounts(settings)).toEqual([mount]);
    expect(settings.mounts.open).toBeUndefined();
    expect(settings.mounts.items.map(({ at }) => place(at))).toEqual([text.slice(1, -1)]);
  });

  test('parts of a volume stand where they are written', () => {
    const [mount] = one(docker('    volumes = ["/srv/a:/b:ro"]')).mounts.items;
    const source = mount === undefined ? undefined : sole(mount.source);
    expect(source?.kind === 'path' ? place(source.path.origin.at) : undefined).toBe('/srv/a');
    expect(mount && place(mount.target.origin.at)).toBe('/b');
    expect(mount && place(mount.readOnly.origin.at)).toBe('ro');
  });

  test.each<[line: string, name: string, value: unknown]>([
    ['privileged = true', 'gitlab.runner.privileged', true],
    ['privileged = false', 'gitlab.runner.privileged', false],
    ['image = "alpine"', 'gitlab.runner.privileged', false],
    ['privileged = "${PRIVILEGED}"', 'gitlab.runner.privileged', 'unknown'],
    ['services_privileged = true', 'services_privileged', true],
    ['allowed_privileged_images = ["docker:*", "x"]', 'allowed_privileged_images', 'docker:*,x'],
    ['allowed_privileged_services = []', 'allowed_privileged_services', ''],
    ['host = "tcp://10.0.0.1:2376"', 'host', 'tcp://10.0.0.1:2376'],
    ['tls_verify = true', 'tls_verify', true],
    ['tls_cert_path = "/certs"', 'tls_cert_path', '/certs'],
    ['network_mode = "host"', 'network_mode', 'host'],
    ['image = "{{ image }}"', 'image', 'unknown'],
    ['wait_for_services_timeout = -1', 'wait_for_services_timeout', -1],
    ['disable_entrypoint_overwrite = true', 'disable_entrypoint_overwrite', true],
    ['runtime = "sysbox-runc"', 'runtime', 'sysbox-runc'],
    ['tmpfs = { "/tmp" = "rw" }', 'tmpfs./tmp', 'rw'],
  ])('%s', (line, name, expected) => expect(value(one(docker(`    ${line}`)), name)).toBe(expected));

  test.each<[title: string, text: string, executor: unknown]>([
    ['as written', docker(''), 'docker'],
    ['by its section', '[[runners]]\n[runners.kubernetes]\nnamespace="x"', 'kubernetes'],
    ['by its section, autoscaled', '[[runners]]\n[runners.docker]\n[runners.machine]\nIdleCount=1', 'docker+machine'],
    ['as everywhere', '[[runners]]\nname = "x"', 'docker'],
  ])('the executor, %s', (_, text, executor) => expect(value(one(text), 'gitlab.runner.executor')).toBe(executor));

  test.each<[head: string, limit: string, jobs: unknown]>([
    ['concurrent = 8', '', 8],
    ['concurrent = 8', 'limit = 2', 2],
    ['concurrent = 8', 'limit = 0', 8],
    ['', '', 1],
    ['concurrent = "${N}"', '', 'unknown'],
    ['concurrent = "${N}"', 'limit = 1', 1],
  ])('%s %s', (head, limit, jobs) => expect(value(one(`${head}\n[[runners]]\n${limit}\n`), 'gitlab.runner.concurrent')).toBe(jobs));

  test('variables stand where they are written, the empty one at its entry', () => {
    const { items, open } = one('[[runners]]\nenvironment = ["DOCKER_TLS_CERTDIR=", "DOCKER_HOST=tcp://docker:2375", "A=b-$C", "D"]\n').environment;
    expect(items.map(([name, text]) => [name, shown(text), place(text.origin.at)])).toEqual([
      ['DOCKER_TLS_CERTDIR', '', 'DOCKER_TLS_CERTDIR='],
      ['DOCKER_HOST', 'tcp://docker:2375', 'tcp://docker:2375'],
      ['A', 'unknown', 'b-$C'],
      ['D', '', 'D'],
    ]);
    expect(open).toBeUndefined();
    expect(one('[[runners]]\nenvironment = ["$NAME=1"]\n').environment.open).toBeDefined();
  });

  test('services, with the words of their overrides', () => {
    const { items, open } = one(docker('  [[runners.docker.services]]\n    name = "docker:28.5.2-dind"\n    alias = "docker"\n    command = ["--tls=false"]\n    entrypoint = [""]\n    environment = ["A=b"]\n  [[runners.docker.services]]\n    name = "redis"\n')).services;
    const words = (list: (typeof items)[number]['command']): unknown => sole(list)?.map(shown);
    expect(items.map((service) => [shown(service.name), shown(service.alias), words(service.command), words(service.entrypoint), place(service.at)])).toEqual([
      ['docker:28.5.2-dind', 'docker', ['--tls=false'], [''], 'docker:28.5.2-dind'],
      ['redis', undefined, undefined, undefined, 'redis'],
    ]);
    expect(items[0]?.environment.items.map(([name, text]) => [name, shown(text)])).toEqual([['A', 'b']]);
    expect(open).toBeUndefined();
  });

  test('several runners: each its own, on one machine where their engine is one', () => {
    const text = 'concurrent = 4\n[[runners]]\nname = "a"\nexecutor = "docker"\n[[runners]]\nname = "b"\nexecutor = "docker"\n[runners.docker]\nprivileged = true\n[[runners]]\nname = "c"\nexecutor = "docker"\n[runners.docker]\nhost = "tcp://other:2376"\n[[runners]]\nexecutor = "kubernetes"\n';
    const all = settled(text);
    expect(all.map((settings) => [value(settings, 'name'), value(settings, 'gitlab.runner.privileged'), settings.on.role])).toEqual([['a', false, 'runner-host'], ['b', true, 'runner-host'], ['c', false, 'runner-host'], [undefined, false, 'node']]);
    expect(new Set(all.map(({ on }) => on)).size).toBe(3);
    expect(all[0]?.on).toBe(all[1]?.on);
    expect(all.every(({ tags }) => tags.items.length === 0 && tags.open !== undefined)).toBe(true);
  });

  test.each<[title: string, text: string, shared: unknown, ephemeral: unknown]>([
    ['jobs side by side', docker(''), true, false],
    ['one job after the other', docker('').replace('4', '1'), false, false],
    ['machines for one job each', 'concurrent = 9\n[[runners]]\nexecutor = "docker+machine"\n[runners.machine]\nMaxBuilds = 1', false, true],
    ['machines for many jobs', 'concurrent = 9\n[[runners]]\nexecutor = "docker-autoscaler"\n[runners.autoscaler]\ncapacity_per_instance = 2\nmax_use_count = 9', true, false],
  ])('the machine: %s', (_, text, shared, ephemeral) => {
    const { on } = one(text);
    expect([shown(on.shared), shown(on.ephemeral)]).toEqual([shared, ephemeral]);
  });

  test('what cannot be read opens what may stand there', () => {
    const settings = one('[[runners]]\n  executor = "docker"\n  [runners.docker]\n    {% if privileged %}\n    volumes = ["/cache"]\n    {% endif %}\n');
    expect(value(settings, 'gitlab.runner.privileged')).toBe('unknown');
    expect([settings.mounts.items.length, settings.mounts.open !== undefined, settings.services.open !== undefined]).toEqual([1, true, true]);
  });

  test('a template may be added to by a registration', () => {
    const settings = one('[[runners]]\n  [runners.docker]\n    volumes = ["/cache"]\n', 'config.template.toml');
    expect(value(settings, 'gitlab.runner.privileged')).toBe('unknown');
    expect(value(settings, 'gitlab.runner.concurrent')).toBe('unknown');
    expect(settings.mounts.open).toBeDefined();
  });
});

describe('pods', () => {
  const pods = (lines: string): string => `[[runners]]\n  executor = "kubernetes"\n  [runners.kubernetes]\n${lines}\n`;
  test.each<[kind: string, lines: string, mount: string]>([
    ['host_path', 'name = "sock"\nmount_path = "/var/run/docker.sock"', 'path /var/run/docker.sock of node at /var/run/docker.sock'],
    ['host_path', 'name = "x"\nmount_path = "/a"\nhost_path = "/srv/"\nsub_path = "b"\nread_only = true', 'path /srv/b of node at /a ro'],
    ['empty_dir', 'name = "certs"\nmount_path = "/certs/client/"\nmedium = "Memory"', 'volume certs of workload at /certs/client'],
    ['pvc', 'name = "claim"\nmount_path = "/cache"\nsub_path = "x"', 'volume claim of cluster within x at /cache'],
    ['config_map', 'name = "map"\nmount_path = "/etc/docker"', 'volume map of workload at /etc/docker ro'],
    ['secret', 'name = "key"\nmount_path = "/key"', 'volume key of workload at /key ro'],
    ['csi', 'name = "csi"\nmount_path = "/x"\ndriver = "d"', 'unknown at /x'],
  ])('volumes.%s', (name, lines, mount) => {
    const settings = one(pods(`[[runners.kubernetes.volumes.${name}]]\n${lines}`));
    expect(mounts(settings)).toEqual([mount]);
    expect(settings.mounts.open).toBeUndefined();
  });
  test('their settings', () => {
    const settings = one(pods('privileged = true\nruntime_class_name = "kata"\n[runners.kubernetes.pod_annotations]\n"a/b" = "c"\n[runners.kubernetes.service_container_security_context]\nprivileged = true\n'));
    expect(['gitlab.runner.privileged', 'runtime_class_name', 'pod_annotations.a/b', 'service_container_security_context.privileged'].map((name) => value(settings, name))).toEqual([true, 'kata', 'c', true]);
    expect(shown(settings.on.engine)).toBe(undefined);
  });
});

describe('the chart', () => {
  const values = `concurrent: 3
runners:
  privileged: true
  tags: "dind, big"
  config: |
    [[runners]]
      environment = ["DOCKER_TLS_CERTDIR="]
      [runners.kubernetes]
        namespace = "{{.Release.Namespace}}"
        [[runners.kubernetes.volumes.empty_dir]]
          name = "certs"
          mount_path = "/certs/client"
`;
  test('its configuration, with what older values add', () => {
    const settings = one(values, 'values.yaml');
    expect(['gitlab.runner.executor', 'gitlab.runner.privileged', 'gitlab.runner.concurrent', 'namespace'].map((name) => value(settings, name))).toEqual(['kubernetes', true, 3, 'unknown']);
    expect(mounts(settings)).toEqual(['volume certs of workload at /certs/client']);
    expect(settings.mounts.items.map(({ at }) => place(at))).toEqual(['/certs/client']);
    expect(settings.tags.items.map((tag) => [shown(tag), place(tag.origin.at)])).toEqual([['dind', 'dind'], ['big', 'big']]);
    expect(settings.tags.open).toBeUndefined();
    expect(settings.mounts.open).toBeUndefined();
    expect(place(settings.at)).toBe('runners');
  });
  test('what the TOML says goes before older values', () => expect(value(one(values.replace('        namespace', '        privileged = false\n        namespace'), 'values.yaml'), 'gitlab.runner.privileged')).toBe(false));
  test('older values, without any TOML', () => {
    const older = 'gitlabUrl: https://gitlab.example.org\nconcurrent: 4\nrunners:\n  image: docker:19.03.5\n  privileged: true\n  tags: "k8s,docker"\n';
    const settings = one(older, 'values.yaml');
    expect(['gitlab.runner.executor', 'gitlab.runner.privileged', 'gitlab.runner.concurrent', 'image'].map((name) => value(settings, name))).toEqual(['kubernetes', true, 4, 'docker:19.03.5']);
    expect(settings.tags.items.map(shown)).toEqual(['k8s', 'docker']);
    expect(place(settings.at)).toBe('runners');
    expect(value(one(older.replace('  privileged: true\n', ''), 'values.yaml'), 'gitlab.runner.privileged')).toBe(false);
    expect(value(one(`${older.replace('  privileged: true\n', '')}envVars:\n  - name: KUBERNETES_PRIVILEGED\n    value: "true"\n`, 'values.yaml'), 'gitlab.runner.privileged')).toBe('unknown');
    expect(settled(`gitlabUrl: x\n${values}`, 'values.yaml').length).toBe(1);
  });
  test('without a word on it several jobs run at once', () => expect(value(one(values.replace('concurrent: 3\n', ''), 'values.yaml'), 'gitlab.runner.concurrent')).toBe(10));
  test('a release of Flux, and a ConfigMap', () => {
    expect(one(`kind: HelmRelease\nspec:\n  values:\n${values.replace(/^/gm, '    ')}`, 'release.yaml').tags.items.length).toBe(2);
    const map = one('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: r\ndata:\n  config.toml: |\n    concurrent = 2\n    [[runners]]\n      executor = "docker"\n      [runners.docker]\n        privileged = true\n  entrypoint: |\n    #!/bin/sh\n    cat > x <<EOF\n    [[runners]]\n    EOF\n', 'map.yaml');
    expect([value(map, 'gitlab.runner.privileged'), value(map, 'gitlab.runner.concurrent')]).toEqual([true, 2]);
  });
});

describe('gitlab-runner register', () => {
  const script = `#!/bin/bash
docker run --rm -v /srv:/etc/gitlab-runner gitlab/gitlab-runner:v17.0.0 register --non-interactive \\
  --url https://gitlab.example.org --registration-token "$TOKEN" \\
  --executor docker --tag-list "dind,big" --docker-privileged \\
  --docker-image alpine --env DOCKER_TLS_CERTDIR= --env "DOCKER_DRIVER=overlay2" --limit 2 \\
  --docker-volumes /certs/client --docker-volumes=/srv/cache:/cache --docker-network-mode ci
`;
  test('its options are a configuration', () => {
    const settings = one(script, 'scripts/register.sh');
    expect(['gitlab.runner.executor', 'gitlab.runner.privileged', 'image', 'network_mode', 'limit', 'registration-token'].map((name) => value(settings, name))).toEqual(['docker', true, 'alpine', 'ci', '2', undefined]);
    expect(mounts(settings)).toEqual(['volume /certs/client of runner-slot at /certs/client', 'path /srv/cache of runner-host at /cache']);
    expect(settings.environment.items.map(([name, text]) => [name, shown(text)])).toEqual([['DOCKER_TLS_CERTDIR', ''], ['DOCKER_DRIVER', 'overlay2']]);
    expect(settings.tags.items.map((tag) => [shown(tag), place(tag.origin.at)])).toEqual([['dind', 'dind'], ['big', 'big']]);
  });
  test.each<[options: string, tags: readonly unknown[], open: boolean]>([
    ['-n --registration-token x --tag-list a', ['a'], false],
    ['-n --registration-token x', [], false],
    ['-n --token glrt-x', [], true],
    ['--registration-token x', [], true],
    ['-n --registration-token x --tag-list "$TAGS"', [], true],
  ])('%s', (options, tags, open) => {
    const settings = one(`gitlab-runner register ${options}\n`, 'r.sh');
    expect([settings.tags.items.map(shown), settings.tags.open !== undefined]).toEqual([tags, open]);
  });
  test('by another name, as compose knows it', () => expect(value(one('docker compose run --rm runner register --non-interactive --executor docker --docker-privileged\n', 'r.sh'), 'gitlab.runner.privileged')).toBe(true));
  test('a template, and words that are not in view, open it', () => {
    expect(one('gitlab-runner register --template-config /t.toml --executor docker\n', 'r.sh').mounts.open).toBeDefined();
    expect(value(one('gitlab-runner register --executor docker $MORE\n', 'r.sh'), 'gitlab.runner.privileged')).toBe('unknown');
  });
});

test('lowering gives the machines of the runners, each once', () => {
  const text = '[[runners]]\nexecutor = "docker"\n[[runners]]\nexecutor = "docker"\n';
  const context = contextOf('config.toml', text);
  const { document } = runnerConfig.parse(Slice.of(context.source));
  const known = [...(runnerConfig.settle?.(document, context) ?? [])];
  const parts = [...runnerConfig.lower(document, { ...context, known, paths: ['config.toml', '.gitlab-ci.yml'] })];
  expect(parts.map(({ kind: what }) => what)).toEqual(['machine']);
  expect(known.every((part) => part.kind === 'runner-settings' && part.on === parts[0])).toBe(true);
});

describe('judged by itself', () => {
  const told = (files: Readonly<Record<string, string>>): readonly string[] =>
    lint(openProject(memoryWorkspace(files), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'likely' }).findings.map(({ rule, at }) => `${rule.id} at ${place(at)}`).sort();
  const socket = docker('    privileged = true\n    volumes = ["/var/run/docker.sock:/var/run/docker.sock"]');
  const dind = '    [[runners.docker.services]]\n      name = "docker:28.5.2-dind"\n';

  test.each<[title: string, text: string, findings: readonly string[]]>([
    ['a dind for every job, and nothing wrong', docker(`    privileged = true\n    volumes = ["/certs/client", "/cache"]\n${dind}`), []],
    ['a socket for every job', socket, ['redundant-privileged at true', 'socket-exposed at /var/run/docker.sock']],
    ['a socket that breaks the dind', `${socket}${dind}`, ['ambiguous-daemon at /var/run/docker.sock', 'socket-exposed at /var/run/docker.sock']],
    ['a dind without privileges', docker(`    privileged = false\n${dind}`), ['missing-privileged at false']],
    ['one data root for all jobs', docker(`    privileged = true\n    volumes = ["/srv/docker:/var/lib/docker"]\n${dind}`), ['shared-docker-root at /srv/docker']],
    ['certificates of all jobs in one volume', docker(`    privileged = true\n    volumes = ["certs:/certs/client"]\n${dind}`), ['shared-docker-certs at certs:/certs/client']],
    ['a data root for each slot', docker(`    privileged = true\n    volumes = ["/var/lib/docker"]\n${dind}`), []],
    ['a tag that moves', docker('    privileged = true\n    [[runners.docker.services]]\n      name = "docker:dind"'), ['unpinned-dind at docker:dind']],
    ['no containers', '[[runners]]\nexecutor = "shell"\n', []],
    ['nothing of Docker', docker('    image = "ruby:3.3"\n    volumes = ["/cache"]'), []],
  ])('%s', (_, text, findings) => expect(told({ 'config.toml': text })).toEqual(findings));

  test('the manifest around a ConfigMap is read too', () => {
    const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: runner }\ndata:\n  config.toml: |\n${socket.replace(/^/gm, '    ')}\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: ci }\nspec:\n  containers:\n    - name: docker\n      image: docker:28.5.2-dind\n`;
    expect(told({ 'runner.yaml': manifest })).toContain('missing-privileged at docker:28.5.2-dind');
    expect(told({ 'runner.yaml': manifest })).toContain('redundant-privileged at true');
  });

  test('a pipeline in view takes the place of any job', () => {
    const pipeline = 'a:\n  image: alpine:3.22\n  script: date\n';
    expect(told({ 'config.toml': `${socket}${dind}`, '.gitlab-ci.yml': pipeline })).toEqual(['ambiguous-daemon at /var/run/docker.sock', 'socket-exposed at /var/run/docker.sock']);
    const { topology } = openProject(memoryWorkspace({ 'config.toml': socket, '.gitlab-ci.yml': pipeline }), {});
    expect(topology.workloads.map(({ called }) => called)).toEqual(['job `a`']);
    expect(new Set(topology.machines).size).toBe(topology.machines.length);
  });
});

test.each<[title: string, path: string, text: string]>([
  ['20,000 runners', 'config.toml', '[[runners]]\nname = "x"\n'.repeat(20_000)],
  ['lists in lists', 'config.toml', `[[runners]]\nvolumes = ${'['.repeat(9_000)}`],
  ['a script that registers 1,000', 'r.sh', 'gitlab-runner register --docker-volumes /a:/b -n\n'.repeat(1_000)],
  ['aliases of a configuration', 'values.yaml', `a: &a\n  - |\n    [[runners]]\n${Array.from({ length: 2_000 }, () => 'b: *a\n').join('')}`],
])('%s are read within two seconds', (_, path, text) => {
  const context = contextOf(path, text);
  const start = busy();
  expect(runnerConfig.recognises(context.source)).toBe(true);
  const { document } = runnerConfig.parse(Slice.of(context.source));
  expect([...(runnerConfig.settle?.(document, context) ?? [])].length).toBeGreaterThanOrEqual(0);
  expect(busy() - start).toBeLessThan(4_000);
});
