import { fact } from '../value/fact.ts';

/** Pages that several facts rest on. */
const daemonScript = 'https://github.com/docker-library/docker/blob/master/dockerd-entrypoint.sh';
const clientScript = 'https://github.com/docker-library/docker/blob/master/docker-entrypoint.sh';
const wrapper = 'https://github.com/moby/moby/blob/master/hack/dind';
const overview = 'https://hub.docker.com/_/docker';
const services = 'https://docs.docker.com/reference/compose-file/services/';
const dockerd = 'https://docs.docker.com/reference/cli/dockerd/';
const attackSurface = 'https://docs.docker.com/engine/security/#docker-daemon-attack-surface';
const environment = 'https://docs.docker.com/reference/cli/docker/#environment-variables';

// Starting a daemon in a container.
/** Why privileged, or what stands in for it, is asked of every dind. */
export const dindNeedsPrivileged = fact('Without privileged the mounts that docker:dind makes before its daemon starts are refused, and the container exits with 1', overview);
/** Why dind-rootless is asked for it too. */
export const rootlessNeedsPrivileged = fact('docker:dind-rootless runs its daemon as uid 1000 and still needs privileged, because seccomp, AppArmor and the masked /proc stop it', 'https://github.com/docker-library/docker/issues/151');
/** Why SYS_ADMIN and NET_ADMIN do not stand in for privileged. */
export const capabilitiesAreNotEnough = fact('With SYS_ADMIN and NET_ADMIN instead of privileged the daemon answers, and every container that it runs fails on the read-only /sys/fs/cgroup', 'https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities');
/** What the `dind` wrapper does before dockerd. */
export const wrapperMounts = fact('The wrapper of docker:dind mounts securityfs, a tmpfs on /tmp unless /tmp is a mount, and makes / shared, all of which takes privileges', wrapper);
/** Why data under /tmp of a dind is gone. */
export const temporaryFolderIsHidden = fact('The wrapper of docker:dind mounts a tmpfs on /tmp unless /tmp itself is a mount point, so that what is mounted below it disappears from the daemon', wrapper);
/** The first-argument rule of dockerd-entrypoint.sh. */
export const entrypointNeedsNoWords = fact('docker:dind starts its daemon with listeners and certificates only where it is given no command, or one that begins with a hyphen', daemonScript);
/** What `dockerd` as the first word changes. */
export const bareDockerdListensOnSocket = fact('Where the first word of the command is dockerd, the image adds no listener and no certificates: dockerd then listens on the unix socket alone, or on what its own --host says', daemonScript);
/** What any other first word changes. */
export const otherWordsStartNoDaemon = fact('Where the first word of the command is neither a flag nor dockerd, docker:dind runs that command instead of a daemon', daemonScript);
/** Since when `docker:latest` is a daemon. */
export const noTagIsDindSince23 = fact('A docker tag without suffix, `latest` too, is the daemon image from 23.0 on; up to 20.10 it was the client', 'https://github.com/docker-library/docker/commit/f23a2be');
/** Why `user: 1000` kills a plain dind. */
export const nonrootNeedsRootless = fact('docker:dind that is not run as root goes the rootless way and exits, as only docker:dind-rootless has rootlesskit', daemonScript);
/** Why dind-rootless wants uid 1000. */
export const rootlessNeedsItsUser = fact('docker:dind-rootless has subordinate ids for its own user, uid 1000, alone; any other user makes it exit', daemonScript);
/** Why `read_only: true` kills a dind. */
export const readOnlyRootDies = fact('dockerd makes folders under /var/run when it starts, so that a read-only root filesystem stops it', dockerd);
/** What a RUN has to do without. */
export const buildHasNoDaemon = fact('A RUN instruction has no Docker daemon and no privileges to start one: nothing listens on /var/run/docker.sock in it', 'https://docs.docker.com/reference/dockerfile/#run');
/** The one way in which a RUN is privileged. */
export const insecureBuild = fact('RUN --security=insecure runs without the sandbox, where the builder was started with the entitlement security.insecure', 'https://docs.docker.com/reference/dockerfile/#run---security');
/** Since when dockerd copes with cgroup v2. */
export const cgroupV2Since2010 = fact('dockerd runs on a host with cgroup v2 from 20.10 on; an older one stops with “Devices cgroup isn\'t mounted”', 'https://docs.docker.com/engine/release-notes/20.10/');
/** Why swarm drops privileged. */
export const swarmIgnoresPrivileged = fact('docker stack deploy ignores privileged, together with security_opt, devices and userns_mode', 'https://github.com/docker/cli/blob/v29.7.2/cli/compose/types/types.go');
/** Whose users a container has where nothing is known of its engine's configuration. */
export const remapIsOptIn = fact('An engine maps no users unless userns-remap is configured', 'https://docs.docker.com/engine/security/userns-remap/');
/** Why privileged is refused beside userns-remap. */
export const usernsRemapRefuses = fact('An engine with userns-remap refuses privileged unless the container joins the host\'s user namespace', 'https://docs.docker.com/engine/security/userns-remap/#user-namespace-known-limitations');
/** Why sysbox and privileged exclude each other. */
export const sysboxRefusesPrivileged = fact('Sysbox runs a daemon without privileged, and refuses a container that is privileged', 'https://github.com/nestybox/sysbox/blob/master/docs/user-guide/limitations.md');
/** What sysbox stands in for. */
export const sysboxReplacesPrivileged = fact('Under the sysbox runtime a container runs dockerd without privileged', 'https://github.com/nestybox/sysbox/blob/master/docs/user-guide/dind.md');
/** What Kata asks for. */
export const kataNeedsPrivileged = fact('Under Kata a dind still needs privileged, inside its virtual machine', 'https://github.com/kata-containers/kata-containers/blob/main/docs/how-to/how-to-run-docker-with-kata.md');
/** What a namespace's Pod Security level does to a privileged pod. */
export const podSecurityRefuses = fact('A namespace that enforces the Pod Security level baseline or restricted refuses privileged pods', 'https://kubernetes.io/docs/concepts/security/pod-security-standards/');
/** What contradicts privileged in a pod. */
export const escalationContradicts = fact('The API server refuses a container that is privileged and has allowPrivilegeEscalation: false', 'https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go');
/** Where privileged is a field. */
export const noPodLevelPrivileged = fact('In a pod privileged is a field of a container\'s own securityContext; anywhere else the API server drops it as unknown', 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#security-context');
/** What compose gives a container that says nothing. */
export const composeUnprivileged = fact('A compose service is not privileged unless it says so', `${services}#privileged`);
/** What `daemon.json` may not say to a dind. */
export const configAndFlagsConflict = fact('dockerd refuses a setting that is both a flag and in daemon.json, and docker:dind always passes --host', 'https://docs.docker.com/engine/daemon/troubleshoot/#configure-the-docker-host-with-a-systemd-unit-file');

// TLS.
/** What docker:dind serves by default. */
export const tlsByDefault = fact('docker:dind makes certificates and serves TLS on 2376 unless DOCKER_TLS_CERTDIR is empty, from 19.03 on', daemonScript);
/** The default of releases before 19.03. */
export const plainBefore1903 = fact('docker:dind listens without TLS on 2375 up to 18.09, where DOCKER_TLS_CERTDIR is not set', daemonScript);
/** What the image sets, and so what leaving the variable out means. */
export const imageSetsCertdir = fact('The docker image itself sets DOCKER_TLS_CERTDIR=/certs from 19.03 on, so that only an empty value switches TLS off', 'https://github.com/docker-library/docker/blob/master/Dockerfile-cli.template');
/** Why `false` does not switch TLS off. */
export const certdirIsAFolder = fact('DOCKER_TLS_CERTDIR is the name of a folder: any text in it, false and 0 too, switches TLS on', daemonScript);
/** Why `DOCKER_TLS_VERIFY=0` is on. */
export const tlsVerifyAnyValue = fact('Any text in DOCKER_TLS_VERIFY switches TLS on, 0 and false too; only an empty value is off', environment);
/** Why `--tls=false` beside TLS is no switch. */
export const tlsFlagDoesNothing = fact('docker:dind passes --tlsverify, which forces TLS whatever --tls=false says', daemonScript);
/** What a further --host speaks. */
export const extraHostSpeaksTls = fact('A further --host of a dind that serves TLS speaks TLS too, whatever its port', dockerd);
/** Why `--tlsverify=false` opens a daemon. */
export const tlsWithoutVerification = fact('--tlsverify=false beside TLS lets in every client that speaks TLS, with a certificate or without', 'https://docs.docker.com/engine/security/protect-access/');
/** Why a plain dind is late. */
export const plainDelay = fact('dockerd waits 16 seconds on purpose before it serves a TCP address without TLS, from 20.10 on, unless tls is set to false', 'https://docs.docker.com/engine/deprecated/#unauthenticated-tcp-connections');
/** The names in the certificate that docker:dind makes. */
export const certificateNames = fact('The certificate of docker:dind names docker, localhost, the container\'s hostname and addresses, and what DOCKER_TLS_SAN adds', daemonScript);
/** How DOCKER_TLS_SAN is written. */
export const sanNeedsPrefix = fact('DOCKER_TLS_SAN is read by openssl: every entry needs its prefix, as in DNS:dind or IP:10.0.0.9', daemonScript);
/** When a client reads its certificates. */
export const certsReadBeforeConnecting = fact('A client that verifies reads ca.pem, cert.pem and key.pem before it dials anything', 'https://docs.docker.com/engine/security/protect-access/');
/** Where a client looks for certificates by default. */
export const certPathDefault = fact('Without DOCKER_CERT_PATH the client looks for its certificates in ~/.docker', environment);
/** What DOCKER_CERT_PATH alone does not do. */
export const certPathAloneIsPlain = fact('DOCKER_CERT_PATH alone does not make the docker command speak TLS', environment);
/** What the client image's entrypoint does by itself. */
export const clientEntrypointChooses = fact('The entrypoint of the docker image picks DOCKER_HOST where none is set, a socket first and then tcp://docker, and switches TLS on where it finds the certificates', clientScript);
/** Where the choice of the entrypoint is not seen. */
export const entrypointIsNotSeenByExec = fact('What the entrypoint of the docker image exports is known to its own command alone, not to docker exec', clientScript);
/** Why two daemons must not share /certs. */
export const certificatesAreOverwritten = fact('docker:dind writes client certificates at every start, so that a second daemon on the same folder replaces those of the first', daemonScript);

// DOCKER_HOST and the socket.
/** The forms that the docker command takes. */
export const hostForms = fact('The docker command takes unix://, tcp://, ssh://, npipe:// and fd:// in DOCKER_HOST, in lower case; without a scheme it is a TCP address, and without a port it is 2375', 'https://github.com/docker/cli/blob/v29.7.2/opts/hosts.go');
/** Why DOCKER_HOST beats a mounted socket. */
export const hostBeatsSocket = fact('DOCKER_HOST goes before a context and before a mounted socket; an empty one is not set', environment);
/** What the socket is worth. */
export const socketIsRoot = fact('Whoever can write to the Docker socket is root on the machine of its daemon', attackSurface);
/** Why :ro does not help. */
export const socketReadOnlyNoEffect = fact('A read-only mount keeps the socket file from being replaced; connecting and every request of the API still work', attackSurface);
/** How a group reaches the process. */
export const groupNameResolvesInImage = fact('A group name is looked up in the image\'s /etc/group, so that it opens a mounted socket only where its number happens to be the host\'s', `${services}#group_add`);
/** Whom the socket lets in. */
export const socketBelongsToGroup = fact('The Docker socket is readable and writable for root and for the group docker of its machine, whose number differs from host to host', 'https://docs.docker.com/engine/install/linux-postinstall/');
/** What chmod on a mounted socket reaches. */
export const socketModeIsTheHosts = fact('A mounted socket is the host\'s own file: its mode and owner change for everybody there', 'https://docs.docker.com/engine/storage/bind-mounts/');
/** What becomes of a missing bind source. */
export const missingBindBecomesDirectory = fact('A bind source that is missing on the daemon\'s machine becomes an empty folder there; with --mount, or create_host_path: false, it is an error', 'https://docs.docker.com/engine/storage/bind-mounts/');
/** Whose paths a bind names. */
export const bindsAreTheDaemons = fact('The source of a bind mount is a path of the machine on which the daemon runs, not of the client', 'https://docs.docker.com/engine/storage/bind-mounts/');
/** What the user setting replaces. */
export const composeUserReplacesGroups = fact('A user with a group, as in 1000:1000, takes the place of the groups of the image\'s /etc/group; group_add adds to them', `${services}#user`);

// Storage.
/** Why one data root serves one daemon. */
export const secondDaemonDies = fact('A second daemon on a data root that is in use stops after some 15 seconds with “timeout waiting for containerd to start”', 'https://docs.docker.com/reference/cli/dockerd/#run-multiple-daemons');
/** What the official image declares. */
export const imageHasVolume = fact('docker:dind declares /var/lib/docker a volume, so that it never lies on the container\'s own layer', 'https://github.com/docker-library/docker/blob/master/Dockerfile-dind.template');
/** Who reads DOCKER_DRIVER. */
export const dockerDriverReadByDaemon = fact('DOCKER_DRIVER is read by dockerd itself, where it goes before --storage-driver; on a client it means nothing', 'https://github.com/moby/moby/blob/docker-v29.7.2/daemon/image_store_choice.go');
/** What 29 does on an overlay. */
export const containerdStoreOnOverlay = fact('From 29.0 on a fresh data root uses the containerd store, which starts on an overlay and then fails when a container is to be run', 'https://github.com/moby/moby/issues/51841');
/** What 28 and older do on an overlay. */
export const fallsBackToVfs = fact('Up to 28 a daemon whose data root lies on an overlay falls back to vfs, which copies every layer whole', 'https://docs.docker.com/engine/storage/drivers/vfs-driver/');
/** Why overlay does not stack. */
export const overlayDoesNotStack = fact('The kernel refuses an overlay whose upper folder lies on an overlay', 'https://docs.kernel.org/filesystems/overlayfs.html');
/** Where apt-installed engines keep images. */
export const ownContainerdKeepsImages = fact('A daemon that finds a running containerd uses it, and from 29.0 on keeps its images in /var/lib/containerd', 'https://docs.docker.com/engine/storage/containerd/');

// Versions.
/** How both sides find an API version. */
export const apiIsNegotiated = fact('The docker command takes the lower of its own and the daemon\'s newest API version, and fails only below the daemon\'s oldest', 'https://docs.docker.com/reference/api/engine/#versioned-api-and-sdk');
/** What DOCKER_API_VERSION does. */
export const apiVersionPins = fact('DOCKER_API_VERSION switches negotiation off', environment);
/** The floors of 29. */
export const apiFloorOf29 = fact('Engines 29.0 to 29.2 refuse API versions below 1.44, and 29.3 and later those below 1.40', 'https://docs.docker.com/engine/release-notes/29/');
/** Why a floating tag is a risk. */
export const oneMajorIsBuilt = fact('The official docker image is built for one major at a time: a tag without a number follows to the next major on the day it comes out', 'https://github.com/docker-library/official-images/commits/master/library/docker');
