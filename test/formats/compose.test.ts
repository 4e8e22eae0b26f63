import { describe, expect, test } from 'vitest';
import { compose } from '../../src/formats/compose/index.ts';
import { assumes, lowered, mount, plain, service, textAt, words } from './lowered.ts';

/** One service `s` of a file of the root, with these lines below it. */
const one = (body: string, more = '', files: Readonly<Record<string, string>> = {}, settings = {}) =>
  lowered({ 'compose.yaml': `services:\n  s:\n    image: docker:28-cli\n${body.split('\n').map((line) => `    ${line}\n`).join('')}${more}`, ...files }, 'compose.yaml', settings);
const of = (body: string, more = '', files: Readonly<Record<string, string>> = {}, settings = {}) => service(one(body, more, files, settings), 's');

describe('recognises', () => {
  const services = 'services:\n  a:\n    image: x\n';
  test.each([
    ['compose.yaml', '', true],
    ['compose.yml', '', true],
    ['docker-compose.yml', '', true],
    ['deploy/docker-compose.ci.yaml', '', true],
    ['compose-dev.yml', '', true],
    ['docker-compose.json', '{}', true],
    ['stack.yml', services, true],
    ['stack.yml', 'version: "3.8"\nx-a: &a {b: 1}\nservices: {a: {build: .}}\n', true],
    ['stack.yml', 'services:\n  App\\Foo:\n    arguments: [1]\n', false],
    ['bitbucket.yml', 'definitions: {}\nservices:\n  a: {image: x}\n', false],
    ['gitlab.yml', 'services:\n  - docker:dind\nimage: x\n', false],
    ['.github/workflows/compose.yml', services, true],
    ['.github/workflows/ci.yml', services, false],
    ['.gitlab-ci.yml', services, false],
    ['k8s.yaml', `apiVersion: v1\nkind: Service\n${services}`, false],
    ['compose.md', services, false],
    ['composer.json', '{}', false],
    ['values.yaml', 'a: 1', false],
    ['compose.json', '{"services": {"a": {"image": "x"}}}', true],
    ['schema/compose-spec.json', '{"$schema": "https://json-schema.org/draft-07/schema", "properties": {"services": {}}}', false],
  ])('%s', (path, text, answer) => expect(compose.recognises({ path, text })).toBe(answer));
});

describe('a service', () => {
  test('is a container of the project on the host', () => {
    const files = lowered({ 'shop/compose.yaml': 'services:\n  docker:\n    image: "docker:28-dind"\n    privileged: yes\n' });
    const container = service(files, 'docker');
    expect(files.workloads[0]).toMatchObject({ kind: 'compose', called: 'project `shop`', on: files.machines[0] });
    expect(plain(container.image)).toEqual({ repository: 'docker', tag: '28-dind' });
    expect(textAt(container.image.origin.at)).toBe('docker:28-dind');
    expect(textAt(container.at)).toBe('docker');
    expect(plain(container.privileged)).toBe(true);
    expect(textAt(container.privileged.origin.at)).toBe('yes');
    expect(container.workload).toBe(files.workloads[0]);
  });

  test('is unprivileged by a fact, at its image', () => {
    const { privileged } = of('restart: always');
    expect(plain(privileged)).toBe(false);
    expect(privileged.origin.kind).toBe('implied');
    expect(textAt(privileged.origin.at)).toBe('docker:28-cli');
  });

  test.each([
    ['privileged: ${P:-true}', true, ['env.P']],
    ['privileged: "false"', false, []],
    ['privileged: $P', '<P>', []],
    ['privileged: [1]', '?', []],
  ])('%s', (body, value, keys) => {
    const { privileged } = of(body);
    expect(plain(privileged)).toBe(value);
    expect(assumes(privileged)).toEqual(keys);
  });

  test('has the settings that it writes', () => {
    const container = of(
      ['cap_add: [SYS_ADMIN]', 'security_opt:\n  - no-new-privileges:true\n  - seccomp=unconfined'.replaceAll('\n', '\n    '), 'read_only: true', 'runtime: sysbox-runc', 'userns_mode: host', 'hostname: box', 'working_dir: /src', 'restart: unless-stopped', 'scale: 3'].join('\n'),
    );
    expect(container.capabilities.items.map(plain)).toEqual(['SYS_ADMIN']);
    expect(container.securityOptions.items.map(plain)).toEqual(['no-new-privileges:true', 'seccomp=unconfined']);
    const { allowsEscalation, readOnlyRoot, runtime, userNamespace, hostname, workingDirectory, restarts, replicas } = container;
    expect([allowsEscalation, readOnlyRoot, runtime, userNamespace, hostname, workingDirectory, restarts, replicas].map(plain)).toEqual([false, true, 'sysbox-runc', 'host', 'box', '/src', true, 3]);
    expect(textAt(allowsEscalation.origin.at)).toBe('no-new-privileges:true');
  });

  test('has the defaults of what it does not', () => {
    const { allowsEscalation, readOnlyRoot, runtime, userNamespace, hostname, restarts, replicas, localhost } = of('tty: true');
    expect([allowsEscalation, readOnlyRoot, runtime, userNamespace, hostname, restarts, replicas, localhost].map(plain)).toEqual([true, false, undefined, 'private', undefined, false, 1, 'own']);
  });

  test.each([
    ['restart: "no"', false], ['restart: on-failure:3', true], ['deploy: {restart_policy: {condition: any}}', true], ['deploy: {restart_policy: {condition: none}}', false],
  ])('%s', (body, value) => expect(plain(of(body).restarts)).toBe(value));

  test.each([
    ['deploy: {replicas: 2}', 2], ['scale: ${N:-4}', 4], ['deploy: {replicas: $N}', '<N>'], ['deploy: {mode: global, replicas: 3}', 1],
  ])('%s', (body, value) => expect(plain(of(body).replicas)).toBe(value));

  test.each([
    ['user: "1000:999"', 1000, [999], false],
    ['user: 1000', 1000, [], true],
    ['user: node', 'node', [], true],
    ['user: root', 'root', [], false],
    ['user: "0"\ngroup_add: [docker, "998"]', 0, ['docker', 998], false],
    ['group_add:\n  - ${GID}', 'root', ['<GID>'], false],
  ])('%s', (body, uid, groups, open) => {
    const { user } = of(body);
    if (user.kind !== 'known') return expect.fail('unknown');
    expect([user.value.uid === 0 && uid === 'root' ? 'root' : user.value.uid, user.value.groups.items.map(plain), user.value.groups.open !== undefined]).toEqual([uid, groups, open]);
  });
});

describe('variables', () => {
  test.each<[body: string, env: string, value: unknown, keys: readonly string[], at: string]>([
    ['${V}', 'V=a\n', 'a', [], '${V}'],
    ['$V', 'export V="a b" # c\n', 'a b', [], '$V'],
    ['x-${V}-y', '', 'x-<V>-y', [], 'x-${V}-y'],
    ['${V:-d}', '', 'd', ['env.V'], 'd'],
    ['${V-d}', '', 'd', ['env.V'], 'd'],
    ['${V:-d}', 'V=\n', 'd', [], 'd'],
    ['${V-d}', 'V=\n', '', [], '${V-d}'],
    ['${V:-}', '', '', ['env.V'], '${V:-}'],
    ['${V:?must}', '', '<V>', [], '${V:?must}'],
    ['${V:?must}', 'V=1', '1', [], '${V:?must}'],
    ['${V:+r}', '', '', ['env.V'], '${V:+r}'],
    ['${V:+r}', 'V=1', 'r', [], 'r'],
    ['${A:-${B:-c}}', '', 'c', ['env.A', 'env.B'], 'c'],
    ['${A:-$B}', 'B=b', 'b', ['env.A'], '$B'],
    ['${A:-x${B}y}', '', 'x<B>y', ['env.A'], 'x${B}y'],
    ['$$V', '', '$V', [], '$$V'],
    ['{{ jinja }}', '', '<jinja>', [], '{{ jinja }}'],
  ])('%s with `%s`', (text, env, value, keys, at) => {
    const variable = of(`environment:\n  X: '${text}'`, '', { '.env': env }).env.get('X');
    expect(plain(variable)).toBe(value);
    expect([...assumes(variable)].sort()).toEqual(keys);
    expect(textAt(variable.origin.at)).toBe(at);
  });

  test('a settled variable is no assumption', () => {
    const variable = of("environment:\n  X: '${V:-d}'", '', {}, { 'env.V': 'given' }).env.get('X');
    expect([plain(variable), assumes(variable)]).toEqual(['given', []]);
  });

  test('a lone `$` stands for itself', () => expect([one('command: echo $(date)').problems, plain(of('hostname: a$(b)').hostname)]).toEqual([[], 'a$(b)']));
  test('a `${` that begins no variable is a problem', () => expect(one('hostname: "${1x}"').problems.map(({ at, message }) => [textAt(at), message.includes('$$')])).toEqual([['$', true]]));

  test('reach the words of a script and stay apart there', () => {
    const { command } = of('command: sh -c "docker -H ${H:-tcp://d:2375} run $${X} ${Y}"');
    if (command.kind !== 'known') return expect.fail('unknown');
    const script = command.value?.[2] ?? expect.fail('none');
    expect(plain(script)).toBe('docker -H tcp://d:2375 run ${X} <Y>');
    const holes = [...(script.holes ?? [])].map(([, value]) => plain(value));
    expect(holes.sort()).toEqual(['<Y>', 'tcp://d:2375']);
    const hole = [...(script.slice?.text ?? '')].findIndex((character) => script.holes?.has(character));
    expect(textAt(script.slice?.span(hole, hole + 1) ?? expect.fail('none'))).toBe('tcp://d:2375');
  });

  test('private-use characters of the file stand for themselves', () => expect(plain(of("environment: {X: '\ue000 ${V}'}").env.get('X'))).toBe('\ue000 <V>'));

  test('COMPOSE_FILE chooses the files', () => {
    const files = { 'compose.yaml': 'services: {a: {image: x}}', 'b.yaml': 'services: {a: {privileged: true}}', '.env': 'COMPOSE_FILE=compose.yaml:b.yaml\nCOMPOSE_PROJECT_NAME=shop\n' };
    const together = lowered(files);
    expect(plain(service(together, 'a').privileged)).toBe(true);
    expect(together.workloads[0]?.called).toBe('project `shop`');
    expect(lowered(files, 'b.yaml').workloads).toEqual([]);
  });
});

describe('environment', () => {
  test.each([
    ['environment:\n  A: 1\n  B: true\n  C: ""', { A: '1', B: 'true', C: '' }],
    ['environment:\n  - A=1\n  - B=x=y\n  - C=', { A: '1', B: 'x=y', C: '' }],
    ["environment:\n  - A=''", { A: "''" }],
  ])('%s', (body, expected) => {
    const { env } = of(body);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, plain(env.get(name))]))).toEqual(expected);
  });

  test('values stand at their own text', () => {
    const { env } = of('environment:\n  - DOCKER_HOST=tcp://docker:2375\n  - "E="');
    expect(textAt(env.get('DOCKER_HOST').origin.at)).toBe('tcp://docker:2375');
    expect(env.written('DOCKER_HOST').map(({ at }) => textAt(at))).toEqual(['tcp://docker:2375']);
  });

  test.each(['environment:\n  - A', 'environment:\n  A:', 'environment: {A: null}'])('%s is taken from the environment', (body) => {
    const without = of(body).env;
    expect(plain(without.get('A'))).toBe('<A>');
    expect(without.written('A').map(({ value, at }) => [plain(value), textAt(at)])).toEqual([[null, 'A']]);
    expect(plain(of(body, '', { '.env': 'A=x' }).env.get('A'))).toBe('x');
  });

  test('env files come below it, the later one above', () => {
    const { env } = of('env_file: [a.env, {path: sub/b.env}]\nenvironment: {C: own}', '', { 'a.env': 'A=a\nB=a\nC=a\n', 'sub/b.env': "B='b # $x'\n" });
    expect(['A', 'B', 'C'].map((name) => plain(env.get(name)))).toEqual(['a', 'b # $x', 'own']);
    expect(textAt(env.get('A').origin.at)).toBe('a');
    expect(env.get('A').origin.at.source.path).toBe('a.env');
    expect(env.names.open).toBeUndefined();
  });

  test.each(['env_file: missing.env', 'env_file: ${F}', 'env_file: [{path: x.env, required: false}]', 'env_file: /dev/zero'])('%s leaves it open', (body) => {
    const { env } = of(body);
    expect(env.names.open).toBeDefined();
    expect(env.get('DOCKER_HOST').kind).toBe('unknown');
  });

  test('a name that is not known leaves it open', () => expect(of('environment:\n  - ${N}=x').env.names.open).toBeDefined());
  test('a text for it is a problem and leaves it open', () => {
    const files = one('environment:\n  A=1\n  B=2');
    expect(files.problems).toHaveLength(1);
    const { env } = service(files, 's');
    expect([env.names.open !== undefined, env.get('A').kind]).toEqual([true, 'unknown']);
  });
  test('odd names are names', () => expect(plain(of('environment: {__proto__: a, constructor: b}').env.get('__proto__'))).toBe('a'));
});

describe('volumes', () => {
  test.each([
    ['- /var/run/docker.sock:/var/run/docker.sock', '/var/run/docker.sock /var/run/docker.sock'],
    ['- /var/run/docker.sock:/var/run/docker.sock:ro', '/var/run/docker.sock /var/run/docker.sock ro'],
    ['- ./data:/data:z,ro', '<project>/data /data ro'],
    ['- ../up:/up', '<project>/../up /up'],
    ['- .:/src', '<project> /src'],
    ['- ~/x:/x', '<home>/x /x'],
    ['- ${PWD}/x:/x', '<PWD>/x /x'],
    ['- $HOME/x:/x', '<HOME>/x /x'],
    ['- ${S:-/var/run/docker.sock}:/var/run/docker.sock', '/var/run/docker.sock /var/run/docker.sock'],
    ['- ${S}:/x', '<S> /x'],
    ['- ${S}', '<S> <S>'],
    ['- data:/data/', 'workload:data /data'],
    ['- named:/data', 'machine:real /data'],
    ['- outer:/data', 'machine:outer /data'],
    ['- old:/data', 'machine:older /data'],
    ['- bound:/data', '/srv/data! /data'],
    ['- ram:/data', 'memory /data'],
    ['- /var/lib/docker', 'container: /var/lib/docker'],
    ['- C:\\x:/x', 'C:\\x /x'],
    ['- {type: bind, source: ./x, target: /x}', '<project>/x! /x'],
    ['- {type: bind, source: /x, target: /x, read_only: true, bind: {create_host_path: true}}', '/x /x ro'],
    ['- {type: volume, source: data, target: /x, volume: {subpath: a/b}}', 'workload:data/a/b /x'],
    ['- {type: volume, target: /x}', 'container: /x'],
    ['- {type: tmpfs, target: /x}', 'memory /x'],
    ['- {type: npipe, source: \\\\.\\pipe\\docker_engine, target: \\\\.\\pipe\\docker_engine}', '\\\\.\\pipe\\docker_engine! ./pipe/docker_engine'],
  ])('%s', (volume, expected) => {
    const more = 'volumes:\n  data:\n  named: {name: real}\n  outer: {external: true}\n  old: {external: {name: older}}\n  bound: {driver: local, driver_opts: {type: none, o: bind, device: /srv/data}}\n  ram: {driver_opts: {type: tmpfs, device: tmpfs}}\n';
    const [mounted] = of(`volumes:\n  ${volume}`, more).mounts.items.map(mount);
    if (volume.includes('npipe')) return expect(mounted).toContain('docker_engine');
    expect(mounted).toBe(expected);
  });

  test('sources and targets stand at their own text', () => {
    const [first] = of('volumes:\n  - "${S:-/var/run/docker.sock}:/tmp/docker.sock:ro"').mounts.items;
    const source = first?.source.kind === 'known' && first.source.value.kind === 'path' ? first.source.value.path : expect.fail('no path');
    expect([source, first?.target, first?.readOnly].map((value) => value && textAt(value.origin.at))).toEqual(['/var/run/docker.sock', '/tmp/docker.sock', 'ro']);
    expect(assumes(source)).toEqual(['env.S']);
  });

  test('relative paths of two services in a folder are the same', () => {
    const files = lowered({ 'deploy/compose.yaml': 'services:\n  a: {image: x, volumes: [./d:/a]}\n  b: {image: x, volumes: [../deploy/d/:/b]}\n' });
    expect(['a', 'b'].map((name) => service(files, name).mounts.items.map(mount)[0])).toEqual(['<project>/deploy/d /a', '<project>/deploy/d /b']);
  });

  test('tmpfs, configs, secrets and the API socket are mounts', () => {
    const { mounts } = of('tmpfs: [/run, "/tmp:size=1m"]\nconfigs: [daemon]\nsecrets: [{source: key, target: /etc/key}, far]\nuse_api_socket: true', 'configs: {daemon: {file: ./daemon.json}}\nsecrets: {key: {environment: KEY}, far: {external: true}}\n');
    expect(mounts.items.map(mount)).toEqual(['memory /run', 'memory /tmp', '<project>/daemon.json /daemon ro', 'memory /etc/key ro', '? /run/secrets/far ro', '/var/run/docker.sock /var/run/docker.sock']);
  });

  test('of the image come in where nothing else lies', () => {
    const files = lowered({ 'compose.yaml': 'services:\n  a: {image: "docker:28-dind"}\n  b: {image: "docker:28-dind", volumes: ["root:/var/lib/docker/"]}\nvolumes: {root: }\n' });
    expect(service(files, 'a').mounts.items.map(mount)).toEqual(['container: /var/lib/docker']);
    expect(service(files, 'b').mounts.items.map(mount)).toEqual(['workload:root /var/lib/docker']);
  });

  test('of another service are taken over', () => {
    const files = lowered({ 'compose.yaml': 'services:\n  a: {image: "docker:cli", volumes: ["/x:/x", "/y:/y"]}\n  b: {image: "docker:cli", volumes_from: ["a:ro"], volumes: ["/z:/y"]}\n  c: {image: "docker:cli", volumes_from: ["container:far"]}\n' });
    expect(service(files, 'b').mounts.items.map(mount)).toEqual(['/x /x ro', '/z /y']);
    expect(service(files, 'c').mounts.open).toBeDefined();
  });

  test('a list of another shape is a problem and leaves them open', () => {
    const files = one('volumes: /x:/x');
    expect(files.problems).toHaveLength(1);
    expect(service(files, 's').mounts.open).toBeDefined();
  });
});

describe('an overlay in a folder of its own', () => {
  test('names files from the folder of what it is laid over', () => {
    const files = lowered({ 'compose.yaml': 'services: {a: {image: x}}', 'more/compose.more.yaml': 'include:\n  - more/part.yaml\nservices: {b: {extends: {file: base.yaml, service: c}}}', 'more/part.yaml': 'services: {d: {image: y}}', 'base.yaml': 'services: {c: {image: z}}' });
    expect(files.problems).toEqual([]);
  });
  test('and a file that is nowhere is a problem', () => expect(lowered({ 'more/compose.yaml': 'include: [gone.yaml]\nservices: {a: {image: x}}' }).problems).toHaveLength(1));
});

describe('networks', () => {
  const ids = (body: string, more = '') => of(body, more).networks.items.map(({ id, names, outside }) => [id, names.items.map(plain), outside !== undefined]);
  test('the default one, with the name of the service and of its container', () => expect(ids('container_name: box\nhostname: host')).toEqual([['compose.yaml/default', ['s', 'box', 'host'], false]]));
  test('those it names, with aliases and addresses', () =>
    expect(ids('networks:\n  a: {aliases: [docker, "${X}"]}\n  b: {ipv4_address: 10.0.0.2}\n  c:', 'networks:\n  a:\n  b: {name: real}\n  c: {external: true}\n')).toEqual([
      ['compose.yaml/a', ['s', 'docker', '<X>'], false],
      ['real', ['s', '10.0.0.2'], false],
      ['c', ['s'], true],
    ]));
  test('as a list', () => expect(ids('networks: [a, default]')).toEqual([['compose.yaml/a', ['s'], false], ['compose.yaml/default', ['s'], false]]));
  test('an alias stands at its text', () => {
    const [, alias] = of('networks:\n  a:\n    aliases:\n      - "docker"').networks.items[0]?.names.items ?? [];
    expect(textAt(alias?.origin.at ?? expect.fail('none'))).toBe('docker');
  });
  test.each([['none', 0, 'own'], ['bridge', 1, 'own'], ['host', 0, 'the host'], ['service:t', 1, 'service `t`'], ['container:tt', 1, 'service `t`'], ['container:far', 0, '?'], ['${M}', 0, '<M>']])('network_mode: %s', (mode, count, home) => {
    const files = lowered({ 'compose.yaml': `services:\n  s: {image: "docker:cli", network_mode: "${mode}"}\n  t: {image: "docker:cli", container_name: tt}\n` });
    const { networks, localhost } = service(files, 's');
    const place = plain(localhost);
    expect([networks.items.length, typeof place === 'object' && place !== null && 'called' in place ? place.called : place]).toEqual([count, home]);
    if (mode === '${M}' || mode === 'container:far') expect(networks.open).toBeDefined();
  });
  test('a circle of shared namespaces ends', () => expect(lowered({ 'compose.yaml': 'services:\n  a: {image: x, network_mode: "service:b"}\n  b: {image: x, network_mode: "service:a"}\n  c: {image: x, network_mode: "service:c"}\n' }).workloads).toHaveLength(1));

  test('extra_hosts, links and external_links are names of its own', () => {
    const files = lowered({ 'compose.yaml': 'services:\n  s:\n    image: "docker:cli"\n    extra_hosts: ["up:10.0.0.1", "host.docker.internal=host-gateway"]\n    links: ["t:docker", t]\n    external_links: ["far:db"]\n  t: {image: "docker:dind"}\n' });
    const { hosts, startsAfter } = service(files, 's');
    expect(hosts.items.map(({ name, address, at }) => [plain(name), typeof plain(address) === 'string' ? plain(address) : (plain(address) as { called: string }).called, textAt(at)])).toEqual([
      ['up', '10.0.0.1', '10.0.0.1'],
      ['host.docker.internal', 'the host', 'host-gateway'],
      ['docker', 'service `t`', 't:docker'],
      ['t', 'service `t`', 't'],
      ['db', '?', 'far:db'],
    ]);
    expect(startsAfter.items.map(({ container, until }) => [container.called, until])).toEqual([['service `t`', 'started']]);
  });

  test.each([
    ['- 2375:2375', [[2375, 2375, '0.0.0.0']]],
    ['- "127.0.0.1:2376:2375/tcp"', [[2375, 2376, '127.0.0.1']]],
    ['- "2375"', [[2375, undefined, '0.0.0.0']]],
    ['- "53:53/udp"', []],
    ['- "8000-8001:80-81"', [[80, 8000, '0.0.0.0'], [81, 8001, '0.0.0.0']]],
    ['- {target: 2375, published: "2376", host_ip: 127.0.0.1}', [[2375, 2376, '127.0.0.1']]],
    ['- ${P:-2375}:2375', [[2375, 2375, '0.0.0.0']]],
  ])('ports: %s', (port, expected) => expect(of(`ports:\n  ${port}`).ports.items.map(({ container, published, address }) => [container, published, address].map(plain))).toEqual(expected));
  test('a port that a variable hides leaves them open', () => expect(of('ports: ["${P}:2375"]').ports.open).toBeDefined());
  test('a port stands at its digits', () => expect(textAt(of('ports: ["2376:2375"]').ports.items[0]?.container.origin.at ?? expect.fail('none'))).toBe('2375'));
});

describe('processes', () => {
  test.each<[body: string, entrypoint: unknown, command: unknown]>([
    ['command: docker info', undefined, ['docker', 'info']],
    ['command: sh -c "docker info && \\"x y\\""', undefined, ['sh', '-c', 'docker info && "x y"']],
    ["command: ['sh', '-c', 'docker info']", undefined, ['sh', '-c', 'docker info']],
    ['command: a\\ b "" \'\' c""', undefined, ['a b', '', '', 'c']],
    ['command: >-\n  dockerd\n  --host=tcp://0.0.0.0:2375', undefined, ['dockerd', '--host=tcp://0.0.0.0:2375']],
    ['command:', undefined, undefined],
    ['command: []', undefined, []],
    ['command: ""', undefined, []],
    ['entrypoint: ["env", "-u", "DOCKER_HOST"]', ['env', '-u', 'DOCKER_HOST'], []],
    ['entrypoint: dockerd-entrypoint.sh\ncommand: --mtu=1400', ['dockerd-entrypoint.sh'], ['--mtu=1400']],
    ['command: {a: 1}', undefined, '?'],
  ])('%s', (body, entrypoint, command) => {
    const container = of(body);
    expect(words(container.entrypoint)).toEqual(entrypoint);
    expect(words(container.command)).toEqual(command);
  });

  test('every word stands where it was written', () => {
    const { command } = of('command: >-\n  docker -H "tcp://a:1"\n  info');
    expect(command.kind === 'known' && command.value?.map(({ origin }) => textAt(origin.at))).toEqual(['docker', '-H', 'tcp://a:1', 'info']);
  });

  test.each<[body: string, expected: unknown]>([
    ['test: docker info', ['/bin/sh', '-c', 'docker info']],
    ['test: ["CMD", "docker", "info"]', ['docker', 'info']],
    ['test: ["CMD-SHELL", "docker info"]', ['/bin/sh', '-c', 'docker info']],
    ['test: ["CMD-SHELL", "docker", "version"]', ['/bin/sh', '-c', 'docker', 'version']],
    ['test: ["NONE"]', undefined],
    ['disable: true', undefined],
    ['disable: true\ntest: docker info', undefined],
    ['interval: 5s', undefined],
    ['test: ["docker", "info"]', '?'],
  ])('healthcheck %s', (body, expected) => {
    const { health } = of(`healthcheck:\n${body.split('\n').map((line) => `  ${line}`).join('\n')}`);
    expect(health.kind === 'known' ? health.value && words(health.value.test) : '?').toEqual(expected);
  });

  test('depends_on, short and long, waits', () => {
    const files = lowered({ 'compose.yaml': 'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: {c: {condition: service_healthy}, d: {condition: service_completed_successfully}, gone: {condition: service_started, required: false}}}\n  c: {image: x}\n  d: {image: x}\n' });
    const after = (name: string) => service(files, name).startsAfter.items.map(({ container, until, at }) => [container.called, until, textAt(at)]);
    expect(after('a')).toEqual([['service `b`', 'started', 'b']]);
    expect(after('b')).toEqual([['service `c`', 'healthy', 'service_healthy'], ['service `d`', 'completed', 'service_completed_successfully']]);
  });

  test('a container that idles runs for good', () => expect([plain(of('command: sleep infinity').longRunning), plain(of('command: tail -f /dev/null').longRunning), plain(of('command: docker info').longRunning)]).toEqual([true, true, '?']));
});

describe('several files', () => {
  test('the override is laid over the default file', () => {
    const files = {
      'compose.yaml': 'services:\n  a:\n    image: x\n    command: one\n    environment: [A=1, B=1]\n    volumes: ["/x:/v", "/y:/w"]\n    depends_on: [b]\n  b: {image: y}\n',
      'compose.override.yaml': 'services:\n  a:\n    command: [two]\n    environment: {B: 2}\n    volumes: ["/z:/v"]\n    depends_on: {b: {condition: service_healthy}}\n    privileged: true\n  c: {image: z}\n',
    };
    const both = lowered(files);
    const a = service(both, 'a');
    expect([words(a.command), plain(a.env.get('A')), plain(a.env.get('B')), plain(a.privileged)]).toEqual([['two'], '1', '2', true]);
    expect(a.mounts.items.map(mount).sort()).toEqual(['/y /w', '/z /v']);
    expect(a.startsAfter.items.map(({ until }) => until)).toEqual(['healthy']);
    expect(a.privileged.origin.at.source.path).toBe('compose.override.yaml');
    expect(both.workloads[0]?.containers.items).toHaveLength(3);
    expect(lowered(files, 'compose.override.yaml').workloads).toEqual([]);
  });

  test('an override of !reset and !override', () => {
    const both = lowered({ 'compose.yaml': 'services:\n  a: {image: "docker:cli", privileged: true, volumes: ["/x:/v"], ports: ["1:1"]}\n', 'compose.override.yml': 'services:\n  a: {privileged: !reset null, volumes: !override ["/z:/w"], ports: !reset []}\n' });
    const a = service(both, 'a');
    expect([plain(a.privileged), a.mounts.items.map(mount), a.ports.items.length]).toEqual([false, ['/z /w'], 0]);
  });

  test('an overlay completes the default file as a reading of its own, another file stands alone', () => {
    const files = { 'docker-compose.yml': 'services: {a: {image: x}}', 'docker-compose.ci.yml': 'services: {a: {privileged: true}, b: {image: y}}', 'docker-compose.dev.yml': 'services: {a: {image: z}}' };
    const overlay = lowered(files, 'docker-compose.ci.yml');
    expect(overlay.workloads[0]?.variant).toBe('ci');
    expect([plain(service(overlay, 'a').image), plain(service(overlay, 'a').privileged)]).toEqual([{ repository: 'x' }, true]);
    const alone = lowered(files, 'docker-compose.dev.yml');
    expect(alone.workloads[0]?.variant).toBeUndefined();
    expect(plain(service(alone, 'a').image)).toEqual({ repository: 'z' });
  });

  test('an overlay without its base knows nothing of the image', () => {
    const { workloads } = lowered({ 'docker-compose.ci.yml': 'services: {a: {command: docker info}}' });
    const [a] = workloads[0]?.containers.items ?? [];
    expect([a?.image.kind, a?.user.kind, a?.mounts.open !== undefined, a?.env.names.open !== undefined, workloads[0]?.containers.open !== undefined]).toEqual(['unknown', 'unknown', true, true, true]);
  });

  test('extends takes from the same file, from another, and through it', () => {
    const files = lowered({
      'compose.yaml': 'services:\n  base: {image: "docker:cli", privileged: true, volumes: ["./a:/a"]}\n  s: {extends: {service: base}, command: x}\n  t: {extends: {service: far, file: sub/common.yml}, environment: {B: 2}}\n  u: {extends: base}\n',
      'sub/common.yml': 'services:\n  far: {extends: {service: farther}, environment: {A: 1}}\n  farther: {image: "docker:28-dind", volumes: ["./d:/d"]}\n',
    });
    expect([plain(service(files, 's').privileged), plain(service(files, 'u').privileged)]).toEqual([true, true]);
    const t = service(files, 't');
    expect([plain(t.image), plain(t.env.get('A')), plain(t.env.get('B'))]).toEqual([{ repository: 'docker', tag: '28-dind' }, '1', '2']);
    expect(t.mounts.items.map(mount)).toContain('<project>/sub/d /d');
    expect(t.image.origin.at.source.path).toBe('sub/common.yml');
    expect(files.problems).toEqual([]);
  });

  test.each([
    ['itself', 'services:\n  a: {extends: {service: a}}\n'],
    ['in a circle', 'services:\n  a: {extends: {service: b}}\n  b: {extends: {service: a}}\n'],
    ['a missing service', 'services:\n  a: {image: x, extends: {service: gone}}\n'],
    ['a missing file', 'services:\n  a: {image: x, extends: {service: b, file: gone.yml}}\n'],
    ['nonsense', 'services:\n  a: {image: x, extends: [1]}\n'],
  ])('extending %s is a problem, and what it may add stays open', (_, text) => {
    const files = lowered({ 'compose.yaml': text });
    expect(files.problems.length).toBeGreaterThan(0);
    expect(service(files, 'a').mounts.open).toBeDefined();
  });

  test('include adds the services of other files, in their folder and with their .env', () => {
    const files = lowered({
      'compose.yaml': 'include:\n  - infra/compose.yaml\n  - path: [more/a.yml, more/b.yml]\n    project_directory: .\nservices:\n  s: {image: "docker:cli", depends_on: [dind]}\n',
      'infra/compose.yaml': 'services:\n  dind: {image: "docker:${TAG}", volumes: ["./d:/d"]}\n',
      'infra/.env': 'TAG=28-dind\n',
      'more/a.yml': 'services: {m: {image: x, volumes: ["./m:/m"]}}\n',
      'more/b.yml': 'services: {m: {privileged: true}}\n',
    });
    expect(plain(service(files, 'dind').image)).toEqual({ repository: 'docker', tag: '28-dind' });
    expect(service(files, 'dind').mounts.items.map(mount)).toContain('<project>/infra/d /d');
    expect([plain(service(files, 'm').privileged), service(files, 'm').mounts.items.map(mount)[0]]).toEqual([true, '<project>/m /m']);
    expect(service(files, 's').startsAfter.items).toHaveLength(1);
    expect(service(files, 's').networks.items[0]?.id).toBe(service(files, 'dind').networks.items[0]?.id);
  });

  test.each([['missing', 'include: [gone.yml]\n', 1], ['circular', 'include: [compose.yaml]\n', 1], ['remote', 'include: ["https://github.com/a/b.git"]\n', 0]])('a %s include leaves the project open', (_, text, count) => {
    const files = lowered({ 'compose.yaml': `${text}services: {a: {image: x}}\n` });
    expect(files.workloads[0]?.containers.open).toBeDefined();
    expect(files.problems).toHaveLength(count);
  });

  test('a file that its neighbour extends or includes is no project of its own', () => {
    const files = { 'compose.yaml': 'include: [compose.infra.yaml]\nservices: {a: {extends: {service: b, file: docker-compose.common.yml}}}', 'compose.infra.yaml': 'services: {c: {image: x}}', 'docker-compose.common.yml': 'services: {b: {image: y}}' };
    expect(lowered(files, 'compose.infra.yaml').workloads).toEqual([]);
    expect(lowered(files, 'docker-compose.common.yml').workloads).toEqual([]);
    expect(lowered(files, 'compose.yaml').workloads[0]?.containers.items).toHaveLength(2);
  });
});

describe('whole files', () => {
  test('the first version has its services at the top', () => {
    const files = lowered({ 'docker-compose.yml': 'docker:\n  image: docker:18-dind\n  privileged: true\nweb:\n  build: .\n  links: [docker]\n' });
    expect(files.workloads[0]?.containers.items.map(({ called }) => called)).toEqual(['service `docker`', 'service `web`']);
  });

  test('anchors, merge keys and x- keys', () => {
    const files = lowered({ 'compose.yaml': 'x-base: &base\n  image: docker:28-dind\n  environment: &env {A: 1}\nservices:\n  a:\n    <<: *base\n    privileged: true\n    environment: {<<: *env, B: 2}\n  b: *base\n  c: {<<: *gone, image: x}\n' });
    expect([plain(service(files, 'a').privileged), plain(service(files, 'a').env.get('A')), plain(service(files, 'b').image)]).toEqual([true, '1', { repository: 'docker', tag: '28-dind' }]);
    expect(service(files, 'c').mounts.open).toBeDefined();
    expect(service(files, 'c').privileged.kind).toBe('unknown');
  });

  test('JSON, several documents, CRLF', () => {
    expect(plain(service(lowered({ 'docker-compose.json': '{"services": {"a": {"image": "x", "privileged": true}}}' }), 'a').privileged)).toBe(true);
    expect(plain(service(lowered({ 'compose.yaml': '# only\n---\nservices: {a: {image: x}}\n---\nservices: {a: {privileged: true}}\n' }), 'a').privileged)).toBe(true);
    const crlf = service(lowered({ 'compose.yaml': 'services:\r\n  a:\r\n    image: docker:28-dind\r\n    command: |\r\n      --mtu\r\n      1400\r\n' }), 'a');
    expect([textAt(crlf.image.origin.at), words(crlf.command)]).toEqual(['docker:28-dind', ['--mtu', '1400']]);
  });

  test('a stack honours no privileged, restarts, and waits for nobody', () => {
    const files = lowered({ 'stack.yml': 'version: "3.8"\nservices:\n  d:\n    image: docker:28-dind\n    privileged: true\n    container_name: x\n    depends_on: [e]\n    deploy: {placement: {constraints: [node.role == manager]}}\n  e: {image: x}\n' });
    const d = service(files, 'd');
    expect([files.workloads[0]?.kind, plain(files.workloads[0]?.honoursPrivileged ?? expect.fail('none')), plain(d.privileged), plain(d.restarts), d.startsAfter.items.length, d.networks.items[0]?.names.items.length]).toEqual(['stack', false, true, true, 0, 1]);
  });

  test.each(['deploy: {replicas: 2}', 'deploy: {resources: {limits: {cpus: "1"}}}'])('%s alone makes no stack', (body) => expect(one(body).workloads[0]?.kind).toBe('compose'));

  test('profiles are one world, unless they share a name', () => {
    const text = (name: string) => `services:\n  a: {image: x, profiles: [ci], container_name: docker}\n  b: {image: y, profiles: [dev], container_name: ${name}}\n  c: {image: z}\n`;
    expect(lowered({ 'compose.yaml': text('other') }).workloads.map(({ variant, containers }) => [variant, containers.items.length])).toEqual([[undefined, 3]]);
    expect(lowered({ 'compose.yaml': text('docker') }).workloads.map(({ variant, containers }) => [variant, containers.items.length])).toEqual([['ci', 2], ['dev', 2]]);
  });

  test.each(['services: {__proto__: {image: x}, constructor: {image: y}}', '{"services": {"__proto__": {"image": "x"}, "constructor": {"image": "y"}}}'])('%s', (text) =>
    expect(lowered({ 'compose.yaml': text }).workloads[0]?.containers.items.map(({ called }) => called)).toEqual(['service `__proto__`', 'service `constructor`']));

  test.each([
    'services: 3', 'services: [a]', 'services: {a: 3}', 'services: {a: }', 'services: {a: {image: [1]}}', 'services: {a: {image: x, environment: 3}}', 'services: {a: {image: x, volumes: {a: b}, ports: x, networks: 3, depends_on: 4, command: {}, healthcheck: [], build: 3, deploy: 4, user: [], env_file: {a: 1}, extra_hosts: 3, links: {}, tmpfs: {}, configs: 3, secrets: [[1]], group_add: {}, cap_add: {a: 1}, post_start: 3, profiles: {}, extends: 3, volumes_from: 4, restart: {}}}',
    'services: {a: {image: x, build: {context: [1], args: 3, target: {}, dockerfile: []}}}', 'networks: 3\nvolumes: [1]\nconfigs: x\nsecrets: 4\nname: []\ninclude: 4\nservices: {a: {image: x, networks: [a], volumes: [b:/b]}}', 'services: {a: &a {b: *a, image: x}}', '[]', '3', '', '\0', '{{ if }}\nservices:\n', 'a:\n\t- b', 'services:\n  a:\n    image: x\n   b: y\n',
  ])('nonsense never throws: %s', (text) => {
    const { problems } = lowered({ 'compose.yaml': text });
    for (const { at } of problems) expect(at.start <= at.end && at.end <= at.source.text.length).toBe(true);
  });

  test('a template contributes nothing', () => {
    const files = lowered({ 'compose.yaml': 'services:\n  a:\n    image: {{ .Values.image }}\n' });
    expect([files.workloads.length, files.problems.length]).toEqual([0, 1]);
  });

  test('the order of keys changes nothing', () => {
    const keys = ['image: "docker:28-dind"', 'privileged: true', 'volumes: ["/x:/x"]', 'environment: {A: 1}'];
    const read = (order: readonly string[]) => {
      const a = service(lowered({ 'compose.yaml': `services: {a: {${order.join(', ')}}}` }), 'a');
      return [plain(a.image), plain(a.privileged), a.mounts.items.map(mount), plain(a.env.get('A'))];
    };
    expect(read([...keys].reverse())).toEqual(read(keys));
  });

  test('the host is what the settings say', () => {
    const host = (settings: Readonly<Record<string, string | number>>) => lowered({ 'compose.yaml': 'services: {a: {image: x}}' }, 'compose.yaml', settings).machines[0] ?? expect.fail('none');
    expect(plain(host({ 'host.engine': '28' }).engine)).toEqual({ from: [28, 0, 0], until: [29, 0, 0] });
    expect(plain(host({ 'host.engine': '28.5.2' }).engine)).toEqual({ from: [28, 5, 2], until: [28, 5, 3] });
    expect(plain(host({ 'host.cgroup': 1 }).cgroup)).toBe(1);
    expect(host({}).engine.kind).toBe('unknown');
  });
});
