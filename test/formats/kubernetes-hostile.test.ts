import { describe, expect, test } from 'vitest';
import { type Files, many, survives } from './hostile.ts';

const podHead = (kind = 'Pod'): string => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: p}\n`;
const k8s = (text: string): Files => ({ 'pod.yaml': text });
const dind = (index: number | string): string => `{name: c${index}, image: "docker:28.5.2-dind", securityContext: {privileged: true}}`;
const cli = (index: number | string): string => `{name: d${index}, image: "docker:28.5.2-cli", command: [docker, info], env: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]}`;

const hostile: Readonly<Record<string, () => Files>> = {
  '20,000 daemons': () => k8s(`${podHead()}spec:\n  containers:\n${many(20_000, (i) => `  - ${dind(i)}`)}\n`),
  '20,000 clients of one daemon': () => k8s(`${podHead()}spec:\n  containers:\n  - ${dind('')}\n${many(20_000, (i) => `  - ${cli(i)}`)}\n`),
  '500 daemons and 500 clients': () => k8s(`${podHead()}spec:\n  containers:\n${many(500, (i) => `  - ${dind(i)}\n  - ${cli(i)}`)}\n`),
  '20,000 init containers': () => k8s(`${podHead()}spec:\n  initContainers:\n${many(20_000, (i) => `  - ${cli(i)}`)}\n  containers: [${dind('')}]\n`),
  '9,000 pods': () => k8s(many(9_000, (i) => `apiVersion: v1\nkind: Pod\nmetadata: {name: p${i}}\nspec: {containers: [${dind(i)}, ${cli(i)}]}`, '\n---\n')),
  '9,000 pods in a List': () => k8s(`apiVersion: v1\nkind: List\nitems:\n${many(9_000, (i) => `- {apiVersion: v1, kind: Pod, metadata: {name: p${i}}, spec: {containers: [${dind(i)}, ${cli(i)}]}}`)}\n`),
  '9,000 Services and a pod': () => k8s(`${many(9_000, (i) => `apiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\nspec: {selector: {app: dind}, ports: [{port: 2375}]}`, '\n---\n')}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: dind}}\nspec: {containers: [${dind('')}, ${cli('')}]}\n`),
  '900 Services and 900 pods': () => k8s(`${many(900, (i) => `apiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\nspec: {selector: {app: dind}, ports: [{port: 2375}]}`, '\n---\n')}\n---\n${many(900, (i) => `apiVersion: v1\nkind: Pod\nmetadata: {name: p${i}, labels: {app: dind}}\nspec: {containers: [${dind('')}]}`, '\n---\n')}\n`),
  '20,000 variables that name one another': () => k8s(`${podHead()}spec:\n  containers:\n  - ${dind('')}\n  - name: c\n    image: docker:28.5.2-cli\n    command: [docker, info]\n    env:\n    - {name: V0, value: docker}\n${many(20_000, (i) => `    - {name: V${i + 1}, value: "$(V${i})"}`)}\n    - {name: DOCKER_HOST, value: "tcp://$(V20000):2375"}\n`),
  'variables, a bomb': () => k8s(`${podHead()}spec:\n  containers:\n  - ${dind('')}\n  - name: c\n    image: docker:28.5.2-cli\n    command: [docker, info]\n    env:\n    - {name: V0, value: docker}\n${many(30, (i) => `    - {name: V${i + 1}, value: "${`$(V${i})`.repeat(10)}"}`)}\n    - {name: DOCKER_HOST, value: "tcp://$(V30):2375"}\n`),
  'variables of 1 MiB': () => k8s(`${podHead()}spec:\n  containers:\n  - ${dind('')}\n  - name: c\n    image: docker:28.5.2-cli\n    command: [docker, info]\n    env:\n    - {name: A, value: "${'$(A)'.repeat(250_000)}"}\n    - {name: DOCKER_HOST, value: "${'$(A'.repeat(350_000)}"}\n`),
  'arguments of 1 MiB': () => k8s(`${podHead()}spec:\n  containers:\n  - name: c\n    image: docker:28.5.2-dind\n    args: ["${'$('.repeat(500_000)}"]\n`),
  '20,000 arguments': () => k8s(`${podHead()}spec:\n  containers:\n  - name: c\n    image: docker:28.5.2-dind\n    args: [${many(20_000, (i) => `--insecure-registry=r${i}`, ',')}]\n`),
  '20,000 volumes': () => k8s(`${podHead()}spec:\n  containers:\n  - name: c\n    image: docker:28.5.2-dind\n    volumeMounts:\n${many(16_000, (i) => `    - {name: v${i}, mountPath: /v${i}}`)}\n  - ${cli('')}\n  volumes:\n${many(16_000, (i) => `  - {name: v${i}, emptyDir: {}}`)}\n`),
  '20,000 mounts of two': () => k8s(`${podHead()}spec:\n  containers:\n${many(2, (k) => `  - name: c${k}\n    image: docker:28.5.2-${k === 0 ? 'dind' : 'cli'}\n    volumeMounts:\n${many(10_000, (i) => `    - {name: v${i}, mountPath: /v${i}}`)}`)}\n  volumes:\n${many(10_000, (i) => `  - {name: v${i}, emptyDir: {}}`)}\n`),
  '200 containers with 100 mounts': () => k8s(`${podHead()}spec:\n  containers:\n${many(200, (k) => `  - name: c${k}\n    image: docker:28.5.2-${k % 2 === 0 ? 'dind' : 'cli'}\n    command: ${k % 2 === 0 ? '[dockerd-entrypoint.sh]' : '[docker, info]'}\n    volumeMounts:\n${many(100, (i) => `    - {name: v${i}, mountPath: /v${i}}`)}`)}\n  volumes:\n${many(100, (i) => `  - {name: v${i}, emptyDir: {}}`)}\n`),
  '20,000 sources of variables': () => k8s(`${podHead()}spec:\n  containers:\n  - ${dind('')}\n  - name: c\n    image: docker:28.5.2-cli\n    command: [docker, info]\n    envFrom:\n${many(20_000, (i) => `    - {configMapRef: {name: m${i}}}`)}\n`),
  '2,000 ConfigMaps read by 1,000 pods': () => k8s(`${many(2_000, (i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m${i}}\ndata: {DOCKER_HOST: "tcp://localhost:2375"}`, '\n---\n')}\n---\n${many(900, (i) => `apiVersion: v1\nkind: Pod\nmetadata: {name: p${i}}\nspec: {containers: [${dind('')}, {name: c, image: "docker:28.5.2-cli", command: [docker, info], envFrom: [{configMapRef: {name: m${i}}}]}]}`, '\n---\n')}\n`),
  '20,000 host aliases': () => k8s(`${podHead()}spec:\n  hostAliases:\n${many(20_000, (i) => `  - {ip: 127.0.0.1, hostnames: [h${i}]}`)}\n  containers: [${dind('')}, ${cli('')}]\n`),
  'lists in lists': () => k8s(`${'{apiVersion: v1, kind: List, items: ['.repeat(400)}${']}'.repeat(400)} # docker\n`),
  'lists in lists, deeper': () => k8s(`${'{apiVersion: v1, kind: List, items: ['.repeat(20_000)}${']}'.repeat(20_000)} # docker\n`),
  'anchors, a bomb': () => k8s(`apiVersion: v1\nkind: List\nx0: &x0 [${dind('')}]\n${many(9, (i) => `x${i + 1}: &x${i + 1} [${many(10, () => `*x${i}`, ',')}]`)}\nitems: *x9\n`),
  'a template of 20,000 branches': () => k8s(`${podHead()}spec:\n  containers:\n${many(20_000, (i) => `  {{- if .Values.a${i} }}\n  - ${dind(i)}\n  {{- end }}`)}\n`),
  'a template of 20,000 alternatives': () => k8s(`${podHead()}spec:\n  containers:\n${many(5_000, (i) => `  {{- if .Values.a${i} }}\n  - ${dind(i)}\n  {{- else }}\n  - ${cli(i)}\n  {{- end }}`)}\n`),
  'a template nested': () => k8s(`${podHead()}spec:\n  containers:\n${'  {{- if .Values.a }}\n'.repeat(20_000)}  - ${dind('')}\n${'  {{- end }}\n'.repeat(20_000)}`),
  'a template that never ends': () => k8s(`${podHead()}spec:\n  containers: [${dind('')}]\n${'{{ if '.repeat(100_000)}`),
  'templates in a line': () => k8s(`${podHead()}spec:\n  containers: [${dind('')}]\n  x: "${'{{ .Values.a }}'.repeat(60_000)}"\n`),
  '5,000 overlays': () => Object.fromEntries<string>([['base/pod.yaml', `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: p}\nspec: {template: {spec: {containers: [${dind('')}]}}}\n`], ...Array.from({ length: 2_000 }, (_, i): [string, string] => [`o${i}/patch.yaml`, 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: p}\nspec: {template: {spec: {containers: [{name: c, env: [{name: DOCKER_TLS_CERTDIR, value: ""}]}]}}}\n'])]),
  '1,000 objects and 1,000 patches of them': () => k8s(`${many(450, (i) => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: p${i}}\nspec: {template: {spec: {containers: [${dind('')}]}}}`, '\n---\n')}\n---\n${many(450, (i) => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: p${i}}\nspec: {template: {spec: {containers: [{name: c, env: [{name: DOCKER_TLS_CERTDIR, value: ""}]}]}}}`, '\n---\n')}\n`),
  '9,000 documents of nothing': () => k8s(`apiVersion: v1\nkind: Pod # docker\n${'---\n'.repeat(200_000)}`),
  'a Job that never ends, 20,000 times': () => k8s(many(900, (i) => `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j${i}}\nspec: {template: {spec: {restartPolicy: Never, containers: [${dind('')}, {name: c, image: "docker:28.5.2-cli", command: [sh, -c, "until docker info; do sleep 1; done; docker build ."]}]}}}`, '\n---\n')),
  'scripts of 1 MiB': () => k8s(`${podHead()}spec:\n  containers:\n  - ${dind('')}\n  - name: c\n    image: docker:28.5.2-cli\n    command: [sh, -c]\n    args:\n    - |\n${many(40_000, (i) => `      docker run --name n${i} x`)}\n`),
};

describe('a manifest that is made to do harm', () => {
  test.each(Object.entries(hostile))('%s', { timeout: 120_000 }, (_, make) => void survives(make()));
});

describe('what is left out is told', () => {
  test.each<[string, string]>([
    ['20,000 clients of one daemon', 'pod `p` has more than 200 containers, the rest of which is not read'],
    ['9,000 pods in a List', 'of which the first 1000 are read'],
  ])('%s', (title, message) => expect(survives(hostile[title]?.() ?? {}).join('\n')).toContain(message));
});
