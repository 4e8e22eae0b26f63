import { expect, test } from 'vitest';
import { client, controlled, indented, item, plainDaemon, pod, said, sure } from './kubernetes.ts';
import { section } from './gitlab.ts';

const privileged = 'securityContext: {privileged: true}';
const daemon = item('dind', 'docker:28.5.2-dind', privileged);
const namespace = (labels: string): string => `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ci, labels: {${labels}}}\n`;
const enforce = (level: string): string => namespace(`pod-security.kubernetes.io/enforce: ${level}`);
const socket = pod(client('', 'docker build .', 'volumeMounts: [{name: v, mountPath: /var/run/docker.sock}]'), 'volumes: [{name: v, hostPath: {path: /var/run/docker.sock, type: Socket}}]');

/** Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/ and .../pod-security-admission/ */
section(
  'E2 Pod Security',
  {
    '1': 'enforce alone refuses, audit and warn do not',
    '2': 'it refuses the pods of a controller, not the controller',
    '3': 'there are no PodSecurityPolicies since 1.25',
    '4': 'baseline forbids privileged and paths of the node',
    '5': 'restricted forbids them too, and asks for more',
    '6': 'it holds for init and ephemeral containers too',
    '7': 'OpenShift, GKE Autopilot and Fargate refuse privileged by other means',
  },
  [
    ['1', 'enforce', () => sure(`${pod(daemon)}${enforce('baseline')}`), ['privileged-not-honoured']],
    ['1', 'enforce, with a version', () => sure(`${pod(daemon)}${namespace('pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/enforce-version: v1.30')}`), ['privileged-not-honoured']],
    ['1', 'audit', () => sure(`${pod(daemon)}${namespace('pod-security.kubernetes.io/audit: restricted')}`), []],
    ['1', 'warn', () => sure(`${pod(daemon)}${namespace('pod-security.kubernetes.io/warn: restricted')}`), []],
    ['1', 'privileged', () => sure(`${pod(daemon)}${enforce('privileged')}`), []],
    ['1', 'in another namespace', () => sure(`${pod(daemon).replace('namespace: ci', 'namespace: other')}${enforce('baseline')}`), []],
    ['2', 'a Deployment', () => sure(`${controlled('Deployment', daemon)}${enforce('baseline')}`), ['privileged-not-honoured']],
    ['4', 'privileged', () => sure(`${pod(daemon)}${enforce('baseline')}`), ['privileged-not-honoured']],
    ['4', 'the socket of the node', () => sure(`${socket}${enforce('baseline')}`, { 'kubernetes.runtime': 'docker' }).filter((one) => one !== 'socket-exposed'), ['socket-not-on-node']],
    ['4', 'the socket where it is let in', () => said(`${socket}${enforce('privileged')}`, { 'kubernetes.runtime': 'docker' }), ['socket-exposed']],
    ['5', 'privileged', () => sure(`${pod(daemon)}${enforce('restricted')}`), ['privileged-not-honoured']],
    ['5', 'a daemon that does as it asks has no privileges', () => sure(`${pod(item('dind', 'docker:28.5.2-dind-rootless', 'securityContext: {runAsNonRoot: true, runAsUser: 1000, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}'))}${enforce('restricted')}`), ['missing-privileged']],
    ['6', 'an init container that stays', () => sure(`${pod(item('c', 'alpine:3.22', 'command: [sleep, infinity]'), `initContainers:\n${item('dind', 'docker:28.5.2-dind', `${privileged}\nrestartPolicy: Always`)}`)}${enforce('baseline')}`), ['privileged-not-honoured']],
    ['6', 'an ephemeral container', () => sure(`${pod(item('c', 'alpine:3.22', 'command: [sleep, infinity]'), `ephemeralContainers:\n${daemon}`)}${enforce('baseline')}`), ['privileged-not-honoured']],
    ['7', 'somebody says so', () => sure(pod(daemon), { 'kubernetes.podSecurity': 'restricted' }), ['privileged-not-honoured']],
  ],
  [['3', 'such a policy binds through roles of the account that makes the pod, which stand nowhere near it, and no cluster of today heeds it']],
);

const bare = item('dind', 'docker:28.5.2-dind');
const object = (group: string, kind: string, spec: string): string => `apiVersion: ${group}\nkind: ${kind}\nmetadata: {name: x}\nspec:\n${indented(spec, 2)}`;
const template = `template:\n  spec:\n    containers:\n${indented(bare, 4)}`;
const steps = `sidecars:\n${bare}steps:\n${item('s', 'alpine:3.22', 'script: echo hi')}`;
const templates = `templates:\n- name: t\n  container: {image: "alpine:3.22", command: [echo, hi]}\n  sidecars:\n${indented(bare, 2)}`;
const found = ['missing-privileged'];
const kinds = (group: string, names: readonly string[], spec: string) => names.map((kind) => ['1', kind, () => sure(object(group, kind, spec)).filter((one) => one !== 'job-never-completes'), found] as const);
const carries = (row: string, group: string, names: readonly string[], spec: string) => kinds(group, names, spec).map(([, ...rest]) => [row, ...rest] as const);

/** Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/, https://argo-workflows.readthedocs.io/en/latest/fields/, https://tekton.dev/docs/pipelines/tasks/ */
section(
  'E3 where pods stand',
  {
    '1': 'Pod, PodTemplate',
    '2': 'Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job',
    '3': 'CronJob',
    '4': 'List',
    '5': 'DeploymentConfig',
    '6': 'BuildConfig carries no pod',
    '7': 'Service, Configuration and Revision of Knative',
    '8': 'workflows of Argo',
    '9': 'Rollout of Argo',
    '10': 'tasks and pipelines of Tekton',
    '11': 'runners of GitHub Actions',
    '12': "pods in Jenkins' files",
    '13': 'ConfigMap and Secret hold other files',
    '14': 'values of Helm charts',
    '15': 'templates of Helm are no YAML',
    '16': 'patches of Kustomize are parts of pods',
  },
  [
    ['1', 'Pod', () => sure(pod(bare)), found],
    ['1', 'PodTemplate', () => sure(`apiVersion: v1\nkind: PodTemplate\nmetadata: {name: x}\n${template}`), found],
    ...carries('2', 'apps/v1', ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'Job'], template),
    ...carries('3', 'batch/v1', ['CronJob'], `jobTemplate:\n  spec:\n${indented(template, 4)}`),
    ['4', 'in a List', () => sure(`apiVersion: v1\nkind: List\nitems:\n- ${indented(pod(bare), 2).trimStart()}`), found],
    ['4', 'in a List in a list of pods', () => sure(`apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: PodList\n  items:\n  - ${indented(pod(bare), 4).trimStart()}`), found],
    ...carries('5', 'apps.openshift.io/v1', ['DeploymentConfig'], template),
    ['6', 'it builds without one', () => said(object('build.openshift.io/v1', 'BuildConfig', 'strategy:\n  dockerStrategy: {from: {kind: DockerImage, name: "docker:28.5.2-dind"}}')), []],
    ...(['Service', 'Configuration'] as const).map((kind) => ['7', `${kind}, which may be let have privileges`, () => said(object('serving.knative.dev/v1', kind, template.replace(bare.trim().replaceAll('\n', '\n    '), daemon.trim().replaceAll('\n', '\n    ')))), ['privileged-not-honoured, possible']] as const),
    ['7', 'Revision', () => said(object('serving.knative.dev/v1', 'Revision', `containers:\n${daemon}`)), ['privileged-not-honoured, possible']],
    ['7', 'a controller that adds its own is not known', () => sure(object('serving.knative.dev/v1', 'Service', template)), []],
    ...carries('8', 'argoproj.io/v1alpha1', ['Workflow', 'WorkflowTemplate', 'ClusterWorkflowTemplate'], templates),
    ...carries('8', 'argoproj.io/v1alpha1', ['CronWorkflow'], `workflowSpec:\n${indented(templates, 2)}`),
    ['8', 'containerSet', () => sure(object('argoproj.io/v1alpha1', 'Workflow', `templates:\n- name: t\n  containerSet:\n    containers:\n${indented(bare, 4)}`)), found],
    ['8', 'a patch of the pod may do anything', () => sure(object('argoproj.io/v1alpha1', 'Workflow', `podSpecPatch: '{"containers": []}'\n${templates}`)), []],
    ...carries('9', 'argoproj.io/v1alpha1', ['Rollout'], template),
    ...carries('10', 'tekton.dev/v1', ['Task', 'ClusterTask'], steps),
    ...carries('10', 'tekton.dev/v1', ['TaskRun'], `taskSpec:\n${indented(steps, 2)}`),
    ...carries('10', 'tekton.dev/v1', ['Pipeline'], `tasks:\n- name: t\n  taskSpec:\n${indented(steps, 4)}`),
    ...carries('10', 'tekton.dev/v1', ['PipelineRun'], `pipelineSpec:\n  finally:\n  - name: t\n    taskSpec:\n${indented(steps, 6)}`),
    ...carries('11', 'actions.github.com/v1alpha1', ['AutoscalingRunnerSet'], template),
    ['11', 'a controller that adds its own is not known', () => sure(object('actions.summerwind.dev/v1alpha1', 'RunnerDeployment', template)), []],
    ['12', 'a file of its own, without a head', () => sure({ 'ci/KubernetesPod.yaml': `spec:\n  containers:\n${indented(bare, 2)}` }), found],
    ['13', 'a daemon.json that is mounted', () => sure(`${pod(item('dind', 'docker:28.5.2-dind', `${privileged}\nvolumeMounts: [{name: v, mountPath: /etc/docker}]`), 'volumes: [{name: v, configMap: {name: settings}}]')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: ci}\ndata:\n  daemon.json: '{"hosts": ["tcp://0.0.0.0:2375"]}'\n`), ['daemon-config-conflict']],
    ...(['configMap: {name: settings}', 'projected: {sources: [{configMap: {name: settings}}]}', 'configMap: {name: settings, items: [{key: run.sh, path: run.sh}]}'] as const).map((source) => ['13', `a script that is run, by ${source}`, () => sure(`${pod(item('c', 'docker:28.5.2-cli', 'command: [sh, /x/run.sh]\nvolumeMounts: [{name: v, mountPath: /x}]'), `volumes: [{name: v, ${source}}]`)}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: ci}\ndata: {run.sh: docker info}\n`), ['no-daemon']] as const),
    ['13', 'an entry under another name is not it', () => sure(`${pod(item('c', 'docker:28.5.2-cli', 'command: [sh, /x/run.sh]\nvolumeMounts: [{name: v, mountPath: /x}]'), 'volumes: [{name: v, configMap: {name: settings, items: [{key: run.sh, path: other.sh}]}}]')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: ci}\ndata: {run.sh: docker info}\n`), []],
    ['13', "a runner's configuration", () => sure({ 'k8s/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: runner}\ndata:\n  config.toml: |\n    [[runners]]\n      executor = "docker"\n      [runners.docker]\n        privileged = false\n', '.gitlab-ci.yml': 'build:\n  image: docker:28.5.2-cli\n  services: ["docker:28.5.2-dind"]\n  variables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\n  script: docker info\n' }), found],
    ['14', "gitlab-runner's", () => sure({ 'runner/values.yaml': 'gitlabUrl: https://gitlab.example.org/\nrunners:\n  config: |\n    [[runners]]\n      executor = "kubernetes"\n      [runners.kubernetes]\n        privileged = false\n', '.gitlab-ci.yml': 'build:\n  image: docker:28.5.2-cli\n  services: ["docker:28.5.2-dind"]\n  variables: {DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\n  script: docker info\n' }), found],
    ['15', 'what a template prints is not known', () => sure({ 'chart/templates/pod.yaml': pod(item('dind', 'docker:28.5.2-dind', '{{- with .Values.securityContext }}\nsecurityContext: {{ toYaml . | nindent 4 }}\n{{- end }}')) }), []],
    ['15', 'what stands there is', () => sure({ 'chart/templates/pod.yaml': `{{- if .Values.enabled }}\n${pod(item('dind', 'docker:28.5.2-dind', 'imagePullPolicy: {{ .Values.pull }}'))}{{- end }}\n` }), found],
    ['16', 'a patch that names no image', () => sure({ 'k8s/patch.yaml': pod('- name: dind\n  args: ["--storage-driver=overlay2"]\n'), 'k8s/kustomization.yaml': 'patches: [{path: patch.yaml}]\n' }), []],
    ['16', 'a patch that puts things right in one overlay alone', () => said({ 'base/pod.yaml': pod(bare), 'prod/patch.yaml': pod(`- name: dind\n  ${privileged}\n`), 'prod/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n' }), ['missing-privileged, possible']],
    ['16', 'the namespace of a kustomization', () => sure({ 'base/pod.yaml': pod(daemon), 'base/kustomization.yaml': 'resources: [pod.yaml]\n', 'prod/kustomization.yaml': 'namespace: prod\nresources: [../base]\n', 'prod/namespace.yaml': enforce('baseline').replace('name: ci', 'name: prod') }), ['privileged-not-honoured']],
  ],
  [],
);

/** The other side of the table: what a plain daemon in a pod of any kind is told. */
test.each(['Deployment', 'StatefulSet', 'DaemonSet'])('%s with a daemon that every pod of the cluster reaches', (kind) => expect(said(controlled(kind, plainDaemon()))).toEqual(['unauthenticated-tcp, likely']));
