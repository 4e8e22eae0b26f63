import type { Fact } from '../../value/fact.ts';

const pod = 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/';
const lifecycle = 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/';
const standards = 'https://kubernetes.io/docs/concepts/security/pod-security-standards/';

/** What Kubernetes takes where an object says nothing, and what it does with what is written. */
export const podDefaults: Fact = { says: 'Kubernetes takes its documented default for what a pod does not say', source: pod };
export const podUnprivileged: Fact = { says: "A container of a pod is privileged only where its own securityContext says so", source: `${pod}#security-context-1` };
export const commandReplacesEntrypoint: Fact = { says: "command takes the place of the image's entrypoint, and with it the image's own command is dropped; args take the place of its command alone", source: 'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/' };
export const podRunsEntrypoint: Fact = { says: "A container of a pod runs its image's own entrypoint unless it has a command", source: 'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/' };
export const podWaitsForNothing: Fact = { says: 'The containers of a pod are started without waiting for one another, unless they are init containers', source: 'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/' };
export const initEndsFirst: Fact = { says: 'Every init container has to end before the next container is started', source: 'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/' };
export const sharedNamespace: Fact = { says: 'All containers of a pod share one network namespace, so that localhost is the same for all of them', source: 'https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking' };
export const podRestarts: Fact = { says: 'A container that ends is started again where restartPolicy is Always, which it is by default', source: `${lifecycle}#restart-policy` };
export const controllersRunForGood: Fact = { says: 'A controller keeps its pods running for good', source: 'https://kubernetes.io/docs/concepts/workloads/controllers/' };
export const rollsByDefault: Fact = { says: 'A Deployment that says nothing of its strategy starts a new pod before it ends the old one', source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment' };
export const noSeccompByDefault: Fact = { says: 'Kubernetes runs containers without a seccomp profile where none is set and the kubelet has no default', source: 'https://kubernetes.io/docs/tutorials/security/seccomp/' };
export const userNamespacesChange: Fact = { says: 'With hostUsers: false root and privileges hold in a user namespace of the pod alone', source: 'https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/' };
export const podSecurityAdmits: Fact = { says: 'A namespace that enforces no Pod Security level, or the level privileged, admits privileged pods', source: standards };
export const containersAreNoNames: Fact = { says: 'The name of a container is no host name: in a pod its neighbours are reached on localhost', source: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/' };
export const nodesDoNotRemap: Fact = { says: 'A node shifts no users but for pods with hostUsers: false', source: 'https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/' };
export const volumesOfPodImage: Fact = { says: 'Every VOLUME of an image that no mount covers becomes an anonymous volume under containerd', source: 'https://github.com/containerd/containerd/blob/main/internal/cri/server/container_create.go' };
