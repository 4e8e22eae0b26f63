import { fact } from '../../value/fact.ts';

const pod = 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/';
const lifecycle = 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/';
const standards = 'https://kubernetes.io/docs/concepts/security/pod-security-standards/';

/** What Kubernetes takes where an object says nothing, and what it does with what is written. */
export const podDefaults = fact('Kubernetes takes its documented default for what a pod does not say', pod);
export const podUnprivileged = fact("A container of a pod is privileged only where its own securityContext says so", `${pod}#security-context-1`);
export const commandReplacesEntrypoint = fact("command takes the place of the image's entrypoint, and with it the image's own command is dropped; args take the place of its command alone", 'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/');
export const podRunsEntrypoint = fact("A container of a pod runs its image's own entrypoint unless it has a command", 'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/');
export const podWaitsForNothing = fact('The containers of a pod are started without waiting for one another, unless they are init containers', 'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/');
export const initEndsFirst = fact('Every init container has to end before the next container is started', 'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/');
export const sharedNamespace = fact('All containers of a pod share one network namespace, so that localhost is the same for all of them', 'https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking');
export const podRestarts = fact('A container that ends is started again where restartPolicy is Always, which it is by default', `${lifecycle}#restart-policy`);
export const controllersRunForGood = fact('A controller keeps its pods running for good', 'https://kubernetes.io/docs/concepts/workloads/controllers/');
export const rollsByDefault = fact('A Deployment that says nothing of its strategy starts a new pod before it ends the old one', 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment');
export const noSeccompByDefault = fact('Kubernetes runs containers without a seccomp profile where none is set and the kubelet has no default', 'https://kubernetes.io/docs/tutorials/security/seccomp/');
export const userNamespacesChange = fact('With hostUsers: false root and privileges hold in a user namespace of the pod alone', 'https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/');
export const podSecurityAdmits = fact('A namespace that enforces no Pod Security level, or the level privileged, admits privileged pods', standards);
export const containersAreNoNames = fact('The name of a container is no host name: in a pod its neighbours are reached on localhost', 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/');
export const nodesDoNotRemap = fact('A node shifts no users but for pods with hostUsers: false', 'https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/');
export const volumesOfPodImage = fact('Every VOLUME of an image that no mount covers becomes an anonymous volume under containerd', 'https://github.com/containerd/containerd/blob/main/internal/cri/server/container_create.go');
