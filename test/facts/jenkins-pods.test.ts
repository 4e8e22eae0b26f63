import { choices } from '../../src/value/value.ts';
import { piped, ran } from '../formats/jenkins-lowered.ts';
import { mount, plain, words } from '../formats/lowered.ts';
import { section } from './gitlab.ts';
import { ids, inPod, made, mounts, node, pipeline, shown, told } from './jenkins.ts';

const client = (more = ''): string => `  - name: docker\n    image: docker:28.5.2-cli\n    command: [sleep, 99d]\n${more}`;
const dind = (more = '', name = 'dind'): string => `  - name: ${name}\n    image: docker:28.5.2-dind\n    args: ["--tls=false"]\n    securityContext: {privileged: true}\n    env: [{name: DOCKER_TLS_CERTDIR, value: ""}]\n${more}`;
const host = '    env: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]\n';
const spec = (...containers: readonly string[]): string => `spec:\n  containers:\n${containers.join('')}`;
const waits = 'until docker info; do sleep 1; done';
const step = (command: string, container = 'docker'): string => `container('${container}') { sh '${waits}; ${command}' }`;
const confused = (files: string, settings = {}): readonly string[] => ids(files, settings).filter((id) => id === 'host-path-confusion');
const old = (containers: string, more = '', steps = "container('a') { sh 'docker info' }"): string => `podTemplate(${more}containers: [${containers}]) {\n  node(POD_LABEL) {\n    ${steps}\n  }\n}\n`;
/** The workloads that there are, each with the number of its containers. */
const workloads = (files: Readonly<Record<string, string>>): readonly (readonly [kind: string, containers: number])[] => piped(files).topology.workloads.map(({ kind, containers }) => [kind, containers.items.length]);
const a = "containerTemplate(name: 'a', image: 'docker:28.5.2-cli', command: 'cat', ttyEnabled: true)";
const work = '/home/jenkins/agent';
const bind = 'docker run -v $PWD:/x alpine:3.22 ls /x';

/** Source: https://github.com/jenkinsci/kubernetes-plugin/blob/master/README.md */
section(
  'C3 pods of the Kubernetes plugin',
  {
    '1': 'agent kubernetes takes a manifest, in the text or in a file, a default container, and templates to inherit from',
    '2': 'podTemplate takes a manifest, containers, volumes, the volume of the workspace, the network of the host',
    '3': 'node(POD_LABEL) and container(name) say where steps run',
    '4': 'its volumes are in all of its containers',
    '5': 'a template inherits from the one around it, and what is outside of the manifest goes before it',
    '6': 'a container named jnlp is always there, and steps that name none run in it or in the default container',
    '7': 'the workspace is a volume in every container, at its own folder, which is the agent’s unless it has another',
    '8': 'but in no init container',
    '9': 'a dind among the containers sees the workspace, one that works elsewhere or among the init containers does not',
    '10': "the official example shares the daemon's socket by an emptyDir at /var/run",
    '11': "the other one mounts the node's socket",
    '12': 'a command goes before the entrypoint: a dind that sleeps is none',
  },
  [
    ['1', 'in the text', () => shown(pipeline(`kubernetes { yaml '''\n${spec(client())}'''`.replaceAll('\n', '\\n') + ' }', "container('docker') { sh 'docker ps' }")), ['container `docker`: docker ps']],
    ['1', 'in a file', () => shown({ Jenkinsfile: pipeline("kubernetes { yamlFile 'ci/pod.yaml' }", "container('docker') { sh 'docker ps' }"), 'ci/pod.yaml': `apiVersion: v1\nkind: Pod\n${spec(client())}` }), ['container `docker`: docker ps']],
    ...([
      ['named in words', "yamlFile 'ci/pod.yaml'", '', 'ci/pod.yaml'],
      ['named by a name', 'yamlFile file', "def file = './ci/pod.yaml'", 'ci/pod.yaml'],
      ['read first', 'yaml text', "def text = readTrusted('ci/pod.yaml')", 'ci/pod.yaml'],
      ['a resource', 'yaml pod', "def pod = libraryResource 'pods/build.yaml'", 'resources/pods/build.yaml'],
      ['put together', 'yaml pod', "def kind = 'build'\ndef pod = libraryResource(\"pods/${kind}.yaml\")", 'resources/pods/build.yaml'],
    ] as const).map(([title, agent, before, path]) => ['1', `a file that is ${title} is the agent's pod and nothing else`, () => workloads({ Jenkinsfile: `${before}\n${pipeline(`kubernetes { ${agent} }`, "container('docker') { sh 'docker ps' }")}`, [path]: `apiVersion: v1\nkind: Pod\n${spec(client())}` }), [['pod', 2]]] as const),
    ['1', 'a file that only looks like one is a pod of its own', () => workloads({ Jenkinsfile: node("  sh \"kubectl apply -f ${readTrusted('ci/pod.yaml')}\""), 'ci/pod.yaml': `apiVersion: v1\nkind: Pod\n${spec(client())}` }).filter(([kind]) => kind === 'pod').length, 1],
    ['1', 'a resource of a library below', () => workloads({ 'lib/vars/build.groovy': `def call() {\n  podTemplate(yaml: libraryResource('build.yaml')) { node(POD_LABEL) { container('docker') { sh 'docker ps' } } }\n}\n`, 'lib/resources/build.yaml': `apiVersion: v1\nkind: Pod\n${spec(client())}` }), [['pod', 2]]],
    ['1', 'the default container', () => shown({ Jenkinsfile: pipeline("kubernetes { yamlFile 'ci/pod.yaml'; defaultContainer 'docker' }", "sh 'docker ps'"), 'ci/pod.yaml': spec(client()) }), ['container `docker`: docker ps']],
    ['1', 'what it inherits is not in view', () => told(pipeline("kubernetes { inheritFrom 'base'; defaultContainer 'docker' }", "sh 'docker ps'"), {}, 'possible'), []],
    ['1', 'a container that it inherits', () => told({ Jenkinsfile: pipeline("kubernetes { inheritFrom 'base'; yamlFile 'ci/pod.yaml' }", "container('other') { sh 'docker ps' }"), 'ci/pod.yaml': spec(client()) }, {}, 'possible'), []],
    ['1', 'the old containerTemplate', () => shown(pipeline("kubernetes { label 'l'; containerTemplate { name 'a'; image 'docker:28.5.2-cli'; command 'cat'; ttyEnabled true } }", "container('a') { sh 'docker ps' }")), ['container `a`: docker ps']],
    ['2', 'containers', () => words(made(old(a), 'a').command.kind === 'known' ? made(old(a), 'a').entrypoint : made(old(a), 'a').command), ['cat']],
    ['2', 'privileged', () => plain(made(old("containerTemplate(name: 'a', image: 'docker:28.5.2-dind', privileged: true)"), 'a').privileged), true],
    ['2', 'a user', () => choices(made(old("containerTemplate(name: 'a', image: 'docker:28.5.2-cli', command: 'cat', runAsUser: '1000')"), 'a').user).map(({ value }) => value.uid), [1000]],
    ['2', 'variables', () => plain(made(old("containerTemplate(name: 'a', image: 'docker:28.5.2-cli', command: 'cat', envVars: [envVar(key: 'DOCKER_HOST', value: 'tcp://localhost:2375')])"), 'a').env.get('DOCKER_HOST')), 'tcp://localhost:2375'],
    ['2', 'variables for all its containers', () => ['a', 'jnlp'].map((name) => plain(made(old(`${a}, containerTemplate(name: 'b', image: 'maven:3.9')`, "envVars: [envVar(key: 'DOCKER_HOST', value: 'tcp://localhost:2375')], "), name).env.get('DOCKER_HOST'))), ['tcp://localhost:2375', 'tcp://localhost:2375']],
    ['2', 'before which those of a container go, those of an inner template too', () => plain(made(`podTemplate(envVars: [[key: 'A', value: '1'], [key: 'B', value: '1'], [key: 'C', value: '1']]) {\n  podTemplate(envVars: [envVar(key: 'B', value: '2'), envVar(key: 'C', value: '2')], containers: [containerTemplate(name: 'a', image: 'docker:28.5.2-cli', command: 'cat', envVars: [envVar(key: 'C', value: '3')])]) {\n    node(POD_LABEL) {\n      container('a') { sh 'docker info' }\n    }\n  }\n}\n`, 'a').env.get('C')), '3'],
    ['2', 'but no container of the manifest', () => plain(made(`podTemplate(envVars: [envVar(key: 'DOCKER_HOST', value: 'tcp://localhost:2375')], yaml: '''\n${spec(client())}''') {\n  node(POD_LABEL) {\n    container('docker') { sh 'docker info' }\n  }\n}\n`, 'docker').env.get('DOCKER_HOST')), undefined],
    ['2', 'lists of maps', () => mounts(made(old("[name: 'a', image: 'docker:28.5.2-cli', command: 'cat']", "volumes: [[$class: 'HostPathVolume', hostPath: '/srv/x', mountPath: '/x']], "), 'a')), ['/srv/x /x', `workload:workspace-volume ${work}`]],
    ['2', "the volume of the workspace", () => mounts(made(old(a, "workspaceVolume: hostPathWorkspaceVolume(hostPath: '/srv/work'), "), 'a')), [`/srv/work ${work}`]],
    ['2', 'the network of the host', () => piped(old(a, 'hostNetwork: true, ')).topology.workloads[0]?.containers.items[0]?.localhost.kind, 'known'],
    ['3', 'the label', () => shown(old(a)), ['container `a`: docker info']],
    ['3', 'a label of its own', () => shown(`def l = "worker-\${UUID.randomUUID()}"\npodTemplate(label: l, containers: [${a}]) {\n  node(l) {\n    container('a') { sh 'docker info' }\n  }\n}\n`), ['container `a`: docker info']],
    ['3', 'another node', () => shown(`podTemplate(label: 'l', containers: [${a}]) {\n  node('other') {\n    sh 'docker info'\n  }\n}\n`), ['the Jenkins agent: docker info']],
    ['4', 'in each', () => ['a', 'jnlp'].map((name) => mounts(made(old(a, "volumes: [emptyDirVolume(mountPath: '/x'), hostPathVolume(hostPath: '/srv/y', mountPath: '/y', readOnly: true)], "), name)).filter((one) => !one.startsWith('container:'))), Array(2).fill(['workload:volume-0 /x', '/srv/y /y ro', `workload:workspace-volume ${work}`])],
    ['4', 'a claim, a secret, a map', () => mounts(made(old(a, "volumes: [persistentVolumeClaim(claimName: 'c', mountPath: '/c'), secretVolume(secretName: 's', mountPath: '/s'), configMapVolume(configMapName: 'm', mountPath: '/m')], "), 'a')).length, 4],
    ['5', 'the outer template', () => shown(`podTemplate(containers: [${a}]) {\n  podTemplate(containers: [containerTemplate(name: 'b', image: 'maven:3.9', command: 'cat')]) {\n    node(POD_LABEL) {\n      container('a') { sh 'docker info' }\n    }\n  }\n}\n`), ['container `a`: docker info']],
    ['5', 'a field before the manifest', () => plain(made(`podTemplate(yaml: '''\n${spec(client())}''', containers: [containerTemplate(name: 'docker', image: 'docker:28.5.2-dind', privileged: true)]) {\n  node(POD_LABEL) {\n    container('docker') { sh 'docker ps' }\n  }\n}\n`, 'docker').privileged), true],
    ['6', 'jnlp', () => shown(inPod(spec(client()), "sh 'docker ps'")), ['container `jnlp`: docker ps']],
    ['6', 'it has no docker command', () => told(inPod(spec(client()), "sh 'docker ps'")), ['docker-cli-missing 9']],
    ['6', 'as far as no template of the cloud names another image', () => [told(inPod(spec(client()), "sh 'docker ps'"), {}, 'certain'), told(inPod(spec(client()), "sh 'docker ps'"), { 'jenkins.pod.agent': 'jenkins/inbound-agent' }, 'certain'), ids(inPod(spec(client()), "sh 'docker ps'"), { 'jenkins.pod.agent': 'registry.example.org/agent:1' })], [[], ['docker-cli-missing 9'], ['no-daemon']]],
    ['6', 'nor its sockets', () => (['likely', 'certain'] as const).map((certainty) => ids(inPod(spec(client()), "sh 'docker ps'"), { 'jenkins.pod.agent': 'docker:28.5.2-cli' }, certainty)), [['no-daemon'], ['no-daemon']]],
    ['6', 'nor anything that it inherits', () => told(old(a, "inheritFrom: 'base', ", "sh 'docker ps'"), {}, 'possible'), []],
    ['6', 'a pod that writes it says so', () => told(inPod(spec('  - name: jnlp\n    image: jenkins/inbound-agent:3355.v388858a_47b_33-8\n'), "sh 'docker ps'"), {}, 'certain'), ['docker-cli-missing 8']],
    ['6', 'unless it has another image', () => ids(inPod(spec('  - name: jnlp\n    image: registry.example.org/agent-with-docker:1\n'), "sh 'docker ps'")).includes('docker-cli-missing'), false],
    ['7', 'in each', () => ['docker', 'dind', 'jnlp'].map((name) => mounts(made(inPod(spec(client(), dind()), step('docker ps')), name)).filter((one) => one.includes('workspace-volume'))), Array(3).fill([`workload:workspace-volume ${work}`])],
    ['7', 'at its own folder', () => mounts(made(inPod(spec(client('    workingDir: /work\n')), step('docker ps')), 'docker')), ['workload:workspace-volume /work']],
    ['7', "at the agent's folder", () => mounts(made(inPod(spec(client(), '  - name: jnlp\n    image: jenkins/inbound-agent\n    workingDir: /agent\n'), step('docker ps')), 'docker')), ['workload:workspace-volume /agent']],
    ['7', 'not over a volume of its own', () => mounts(made(inPod(`${spec(client(`    volumeMounts: [{name: w, mountPath: ${work}}]\n`))}  volumes: [{name: w, emptyDir: {}}]\n`, step('docker ps')), 'docker')), [`workload:w ${work}`]],
    ['8', 'none', () => (piped(inPod(`spec:\n  initContainers:\n${dind('    restartPolicy: Always\n')}  containers:\n${client(host)}`, step('docker ps'))).topology.workloads[0]?.containers.items.find(({ called }) => called.includes('dind'))?.mounts.items ?? []).map(mount).filter((one) => one.includes('workspace')), []],
    ['9', 'among the containers', () => told(inPod(spec(client(host), dind()), step(bind))), []],
    ['9', 'one that works elsewhere', () => confused(inPod(spec(client(host), dind('    workingDir: /elsewhere\n')), step(bind))), ['host-path-confusion']],
    ['9', 'among the init containers', () => confused(inPod(`spec:\n  initContainers:\n${dind('    restartPolicy: Always\n')}  containers:\n${client(host)}`, step(bind))), ['host-path-confusion']],
    ['9', 'among them, with the volume', () => told(inPod(`spec:\n  initContainers:\n${dind(`    restartPolicy: Always\n    volumeMounts: [{name: workspace-volume, mountPath: ${work}}]\n`)}  containers:\n${client(host)}`, step(bind))), []],
    ['10', 'silent', () => told(inPod(`${spec(client('    volumeMounts: [{name: run, mountPath: /var/run}]\n'), '  - name: daemon\n    image: docker:28.5.2-dind\n    securityContext: {privileged: true}\n    volumeMounts: [{name: run, mountPath: /var/run}]\n')}  volumes: [{name: run, emptyDir: {}}]\n`, step('docker build .'))), []],
    ['11', 'on nodes with Docker', () => told(inPod(`${spec(client('    volumeMounts: [{name: s, mountPath: /var/run/docker.sock}]\n'))}  volumes: [{name: s, hostPath: {path: /var/run/docker.sock, type: Socket}}]\n`, "container('docker') { sh 'docker build .' }"), { 'kubernetes.runtime': 'docker' }), []],
    ['11', 'on others', () => ids(old(a, "volumes: [hostPathVolume(hostPath: '/var/run/docker.sock', mountPath: '/var/run/docker.sock')], ")), ['socket-not-on-node']],
    ['12', 'cat', () => ids(inPod(spec(client(host), '  - name: dind\n    image: docker:28.5.2-dind\n    command: [cat]\n    tty: true\n    securityContext: {privileged: true}\n'), step('docker ps'))), ['entrypoint-bypassed']],
    ['12', 'cat, for its command line alone', () => told(inPod(`${spec('  - name: dind\n    image: docker:28.5.2-dind\n    command: [cat]\n    tty: true\n    volumeMounts: [{name: s, mountPath: /var/run/docker.sock}]\n')}  volumes: [{name: s, hostPath: {path: /var/run/docker.sock, type: Socket}}]\n`, "container('dind') { sh 'docker ps' }"), { 'kubernetes.runtime': 'docker' }), []],
  ],
  [],
);

/** The rows on Jenkins of who sets DOCKER_HOST. */
section(
  '0 what the entrypoint of the official image exports',
  {
    'inside': 'a step of inside does not see it',
    'container': 'a step of container does not see it',
  },
  [
    ['inside', 'an agent whose daemon is elsewhere', () => ids("node {\n  docker.image('docker:28.5.2-cli').inside('--network ci --link docker') {\n    sh 'docker info'\n  }\n}\n", { 'jenkins.agent.containerised': false }), ['no-daemon']],
    ['container', 'a dind beside it that nobody names', () => ids(inPod(spec(client(), '  - name: dind\n    image: docker:28.5.2-dind\n    securityContext: {privileged: true}\n'), "container('docker') { sh 'docker info' }")), ['no-daemon']],
    ['container', 'named, without its certificates', () => ids(inPod(spec(client('    env: [{name: DOCKER_HOST, value: "tcp://localhost:2376"}]\n'), '  - name: dind\n    image: docker:28.5.2-dind\n    securityContext: {privileged: true}\n'), step('docker info'))), ['tls-verify-missing']],
    ['container', 'the commands', () => ran(piped(inPod(spec(client()), "container('docker') { sh 'docker info' }"))).map(({ invocation }) => plain(invocation.env.get('DOCKER_HOST'))), [undefined]],
  ],
  [],
);
