import { section } from './gitlab.ts';
import { client, indented, item, plainDaemon, pod, sure, waits } from './kubernetes.ts';

const confused = ['host-path-confusion'];
const about = (files: Parameters<typeof sure>[0], settings: Parameters<typeof sure>[1] = {}): readonly string[] => sure(files, settings).filter((one) => one === 'host-path-confusion');
const run = (source: string): string => `${waits}; docker run -v ${source}:/x alpine:3.22 ls /x`;
const volumes = (source: string): string => `volumes: [{name: v, ${source}}]`;
const mount = (path: string, more = ''): string => `volumeMounts: [{name: v, mountPath: ${path}${more}}]`;
const docker = { 'kubernetes.runtime': 'docker' };
const work = 'workingDir: /work';

/** A pod whose client and daemon have these mounts. */
const beside = (source: string, mine = '', its = '', volume = 'emptyDir: {}'): readonly string[] => about(pod(client(undefined, run(source), [work, mine].filter((one) => one !== '').join('\n')) + plainDaemon(its), volumes(volume)));
/** A pod on the socket of its node, where that has one. */
const onNode = (source: string, volume: string, path = '/work'): readonly string[] =>
  about(pod(client('', run(source), `${work}\nvolumeMounts: [{name: s, mountPath: /var/run/docker.sock}, {name: v, mountPath: ${path}}]`), `volumes: [{name: s, hostPath: {path: /var/run/docker.sock, type: Socket}}, {name: v, ${volume}}]`), docker);
const compose = (mine: string, its: string, source: string, more = ''): readonly string[] =>
  about({ 'compose.yaml': `services:\n  docker:\n    image: docker:28.5.2-dind\n    privileged: true\n    command: ["--tls=false"]\n    environment: {DOCKER_TLS_CERTDIR: ""}\n    volumes: [${its}]\n  build:\n    image: docker:28.5.2-cli\n    working_dir: /work\n    environment: {DOCKER_HOST: "tcp://docker:2375"}\n    volumes: [${mine}]\n    command: ${JSON.stringify(`sh -c '${run(source).replaceAll('$', '$$$$')}'`)}\n${more}` });
const onSocket = (bind: string, source: string): readonly string[] =>
  about({ 'compose.yaml': `services:\n  build:\n    image: docker:28.5.2-cli\n    working_dir: /work\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock", "${bind}"]\n    command: ${JSON.stringify(`sh -c '${run(source).replaceAll('$', '$$$$')}'`)}\nvolumes: {work: {}}\n` });
const script = (bind: string, path: string, source: string): readonly string[] =>
  about({ '.gitlab-ci.yml': `build:\n  script:\n    - docker run --rm -v /var/run/docker.sock:/var/run/docker.sock -v ${bind} -w ${path} docker:28.5.2-cli sh -c 'docker run -v ${source}:/x alpine:3.22 ls /x'\n` }, { 'gitlab.runner.executor': 'shell' });
const task = (mine: string, its: string): readonly string[] =>
  about(`apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec:\n  volumes: [{name: v, emptyDir: {}}]\n  sidecars:\n${indented(plainDaemon(its), 2)}  steps:\n${indented(client(undefined, run('/work/x'), [work, mine].filter((one) => one !== '').join('\n')), 2)}`);
const flow = (mirrors: boolean): readonly string[] =>
  about(`apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  volumes: [{name: v, emptyDir: {}}]\n  templates:\n  - name: t\n    container:\n      image: docker:28.5.2-cli\n      command: [sh, -c, ${JSON.stringify(run('/work/x'))}]\n      env: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]\n      ${mount('/work')}\n    sidecars:\n${indented(plainDaemon(`mirrorVolumeMounts: ${mirrors}`), 4)}`);

/** The rows of GitLab stand in their own file; what they share is in sameData of src/model/places.ts. */
section(
  'G host paths: compose, pods, and what runs beside them',
  {
    '17': 'a client run by docker run finds its files on the daemon where they are bound under one path',
    '18': 'a compose service finds them where both mount one volume, or bind one folder, under one path',
    '19': 'a pod finds them on the socket of its node under a hostPath of one path, on its own daemon in one volume under one path',
    '20': 'on a daemon in another pod it does not find them, unless both have one claim under one path',
    '30': 'a Tekton step finds them where its sidecar mounts the volume under one path',
    '31': 'an Argo container finds them where its sidecar mirrors its mounts',
    '34': 'a container with a daemon of its own finds everything',
    'guidance': 'contexts, named volumes and paths that name the machine on purpose are never confused',
  },
  [
    ['17', 'bound elsewhere', () => script('/srv/a:/work', '/work', '$PWD'), confused],
    ['17', 'bound alike', () => script('/srv/work:/srv/work', '/srv/work', '$PWD'), []],
    ['18', 'one volume', () => compose('"work:/work"', '"work:/work"', '/work/x', 'volumes: {work: {}}\n'), []],
    ['18', 'one volume, two paths', () => compose('"work:/work"', '"work:/other"', '/work/x', 'volumes: {work: {}}\n'), confused],
    ['18', 'two volumes', () => compose('"work:/work"', '"other:/work"', '/work/x', 'volumes: {work: {}, other: {}}\n'), confused],
    ['18', 'one folder', () => compose('"./src:/work"', '"./src:/work"', '/work/x'), []],
    ['18', 'the client alone', () => compose('"./src:/work"', '', '$PWD'), confused],
    ['18', "the daemon's own /tmp", () => compose('"work:/work"', '"work:/work"', '$(mktemp -d)', 'volumes: {work: {}}\n'), confused],
    ['18', 'a volume at /tmp of both', () => compose('"tmp:/tmp"', '"tmp:/tmp"', '$(mktemp -d)', 'volumes: {tmp: {}}\n'), []],
    ['18', 'on the socket, bound elsewhere', () => onSocket('./:/work', '$PWD'), confused],
    ['18', 'on the socket, bound alike', () => onSocket('/work:/work', '$PWD'), []],
    ['18', 'on the socket, a named volume', () => onSocket('work:/work', '/work/x'), confused],
    ['19', 'its own daemon, the layer of the container', () => beside('$PWD'), confused],
    ['19', 'one volume', () => beside('$PWD', mount('/work'), mount('/work')), []],
    ['19', 'one volume, the client alone', () => beside('$PWD', mount('/work')), confused],
    ['19', 'one volume, two paths', () => beside('/work/x', mount('/work'), mount('/other')), confused],
    ['19', 'one volume, two subPaths', () => beside('/work/x', mount('/work', ', subPath: a'), mount('/work', ', subPath: b')), confused],
    ['19', 'a hostPath', () => beside('/work/x', mount('/work'), mount('/work'), 'hostPath: {path: /srv}'), []],
    ['19', '/tmp', () => beside('$(mktemp -d)'), confused],
    ['19', '/tmp in one volume', () => beside('$(mktemp -d)', mount('/tmp'), mount('/tmp')), []],
    ['19', 'the node, an emptyDir', () => onNode('/work/x', 'emptyDir: {}'), confused],
    ['19', 'the node, a claim', () => onNode('/work/x', 'persistentVolumeClaim: {claimName: work}'), confused],
    ['19', 'the node, a hostPath of the same path', () => onNode('/work/x', 'hostPath: {path: /work}'), []],
    ['19', 'the node, a hostPath of another', () => onNode('/work/x', 'hostPath: {path: /srv/work}'), confused],
    ...([
      ['an emptyDir', 'emptyDir: {}', confused],
      ['a claim', 'persistentVolumeClaim: {claimName: work}', []],
    ] as const).map(([how, volume, expected]) => ['20', how, () => about(`${pod(plainDaemon(mount('/work')), volumes(volume))}---\napiVersion: v1\nkind: Service\nmetadata: {name: docker, namespace: ci}\nspec: {selector: {app: dind}, ports: [{port: 2375}]}\n---\n${pod(client('tcp://docker:2375', run('/work/x'), `${work}\n${mount('/work')}`), volumes(volume), 'apiVersion: v1\nkind: Pod\nmetadata: {name: q, namespace: ci}')}`), expected] as const),
    ['30', 'neither', () => task('', ''), confused],
    ['30', 'both', () => task(mount('/work'), mount('/work')), []],
    ['31', 'mirrored', () => flow(true), []],
    ['31', 'not mirrored', () => flow(false), confused],
    ['34', 'a script that starts it', () => about({ Dockerfile: 'FROM docker:28.5.2-dind\nCOPY run.sh /run.sh\nWORKDIR /work\nENTRYPOINT ["sh", "/run.sh"]\n', 'run.sh': `dockerd-entrypoint.sh &\n${run('$PWD')}\n`, 'compose.yaml': 'services: {ci: {build: ., privileged: true}}\n' }), []],
    ['guidance', 'a context', () => about(pod(client(undefined, `${waits}; docker build -f $PWD/Dockerfile $PWD; docker cp $PWD x:/y`, work) + plainDaemon())), []],
    ['guidance', 'a named volume', () => beside('cache'), []],
    ['guidance', 'the socket of the daemon', () => beside('/var/run/docker.sock'), []],
    ['guidance', 'the time of its machine', () => beside('/etc/localtime'), []],
    ['guidance', 'a path of which nobody says where it comes from', () => about(pod(item('build', 'docker:28.5.2-cli', `command: [sh, -c, '${run('"$DATA"')}']\nenv: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]\nenvFrom: [{secretRef: {name: s}}]`) + plainDaemon())), []],
  ],
  [],
);
