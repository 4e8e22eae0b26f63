import { section } from './gitlab.ts';
import { client, indented, item, plainDaemon, pod, sure, waits } from './kubernetes.ts';

const elsewhere = ['published-port-host'];
const about = (files: Parameters<typeof sure>[0], settings: Parameters<typeof sure>[1] = {}): readonly string[] => sure(files, settings).filter((one) => one === 'published-port-host');
const script = (host: string, port = '8080:80'): string => `${waits}; docker run -d -p ${port} nginx:1.29; wget http://${host}:8080/`;
const compose = (host: string, more = '', port?: string): readonly string[] =>
  about({ 'compose.yaml': `services:\n  docker:\n    image: docker:28.5.2-dind\n    privileged: true\n    command: ["--tls=false"]\n    environment: {DOCKER_TLS_CERTDIR: ""}\n  build:\n    image: docker:28.5.2-cli\n    environment: {DOCKER_HOST: "tcp://${more === '' ? 'docker' : 'localhost'}:2375"}\n    command: ["sh", "-c", ${JSON.stringify(script(host, port))}]\n${indented(more, 4)}` });
const onSocket = (host: string, more = ''): readonly string[] =>
  about({ 'compose.yaml': `services:\n  build:\n    image: docker:28.5.2-cli\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]\n    command: ["sh", "-c", ${JSON.stringify(script(host))}]\n${indented(more, 4)}` });
const onNode = (host: string, spec = ''): readonly string[] =>
  about(pod(client('', script(host), 'volumeMounts: [{name: s, mountPath: /var/run/docker.sock}]'), `${spec === '' ? '' : `${spec}\n`}volumes: [{name: s, hostPath: {path: /var/run/docker.sock, type: Socket}}]`), { 'kubernetes.runtime': 'docker' });
const other = (host: string): readonly string[] =>
  about(`${pod(plainDaemon())}---\napiVersion: v1\nkind: Service\nmetadata: {name: docker, namespace: ci}\nspec: {selector: {app: dind}, ports: [{port: 2375}]}\n---\n${pod(client('tcp://docker:2375', script(host)), '', 'apiVersion: v1\nkind: Pod\nmetadata: {name: q, namespace: ci}')}`);

section(
  'H published ports: compose and pods',
  {
    'compose, dind': "a port published by a dind is at the daemon's name, and at localhost only in its network",
    'compose, socket': "a port published by the host's engine is not at localhost, unless the service is on the host's network",
    'pod, dind': 'in one pod it is at localhost',
    'pod, node': "what the node's engine publishes is at the node",
    'pod, another': "what a daemon in another pod publishes is not at localhost; its Service needs the port",
    'Jenkins pod': 'beside a dind in the pod of Jenkins it is at localhost',
    'Tekton, Argo': 'beside a sidecar it is at localhost',
    'loopback': "127.0.0.1:PORT is opened on the daemon's own loopback",
  },
  [
    ['compose, dind', 'localhost', () => compose('localhost'), elsewhere],
    ['compose, dind', 'its address', () => compose('127.0.0.1'), elsewhere],
    ['compose, dind', 'its name', () => compose('docker'), []],
    ['compose, dind', 'in one network namespace', () => compose('localhost', 'network_mode: "service:docker"'), []],
    ['compose, socket', 'localhost', () => onSocket('localhost'), elsewhere],
    ['compose, socket', 'the gateway', () => onSocket('host.docker.internal', 'extra_hosts: ["host.docker.internal:host-gateway"]'), []],
    ['compose, socket', "the host's network", () => onSocket('localhost', 'network_mode: host'), []],
    ['pod, dind', 'localhost', () => about(pod(client(undefined, script('localhost')) + plainDaemon())), []],
    ['pod, dind', 'an init container that stays', () => about(pod(client(undefined, script('localhost')), `initContainers:\n${plainDaemon('restartPolicy: Always')}`)), []],
    ['pod, node', 'localhost', () => onNode('localhost'), elsewhere],
    ['pod, node', "its address, by the downward API's variable", () => onNode('$NODE'), []],
    ['pod, node', "on the node's network", () => onNode('localhost', 'hostNetwork: true'), []],
    ['pod, another', 'localhost', () => other('localhost'), elsewhere],
    ['pod, another', 'its Service', () => other('docker'), []],
    ['Jenkins pod', 'localhost', () => about({ 'ci/KubernetesPod.yaml': `spec:\n  containers:\n${indented(client(undefined, script('localhost')) + plainDaemon(), 2)}` }), []],
    ['Tekton, Argo', 'Tekton', () => about(`apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec:\n  sidecars:\n${indented(plainDaemon(), 2)}  steps:\n${indented(client(undefined, script('localhost')), 2)}`), []],
    ['Tekton, Argo', 'Argo', () => about(`apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  templates:\n  - name: t\n    container:\n      image: docker:28.5.2-cli\n      command: [sh, -c, ${JSON.stringify(script('localhost'))}]\n      env: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]\n    sidecars:\n${indented(plainDaemon(), 4)}`), []],
    ['loopback', 'of a pod it is everybody’s', () => about(pod(client(undefined, script('localhost', '127.0.0.1:8080:80')) + plainDaemon())), []],
    ['loopback', 'of a service it is its own', () => compose('localhost', '', '127.0.0.1:8080:80'), elsewhere],
  ],
  [],
);

/** Nothing is dialled there by a container that only listens. */
section('H what dials nothing', { '1': 'a port that is published and not dialled is nobody’s mistake' }, [['1', 'no client', () => about(pod(item('c', 'docker:28.5.2-cli', 'command: [docker, run, -p, "8080:80", "nginx:1.29"]\nenv: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]') + plainDaemon())), []]], []);
