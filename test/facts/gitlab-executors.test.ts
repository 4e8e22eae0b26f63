import { type Container, type Machine } from '../../src/model/topology.ts';
import { choices } from '../../src/value/value.ts';
import { commands, env, hosts, image, job, main, service, services } from '../formats/gitlab-lowered.ts';
import { mount, plain, words } from '../formats/lowered.ts';
import { build, certificates, dind, docker, pods, privileged, run, section, taken, told } from './gitlab.ts';

const made = (runner: string, pipeline = `${dind}${build}`) => job(run(pipeline, runner), 'build');
const both = (runner: string, show: (container: Container) => unknown, pipeline?: string): readonly unknown[] => [main(made(runner, pipeline)), service(made(runner, pipeline))].map(show);
const volumes = ({ mounts }: Container): readonly string[] => mounts.items.map(mount).filter((text) => !text.startsWith('container'));
const uids = ({ user }: Container): unknown => choices(user).map(({ value }) => value.uid);
const groups = ({ user }: Container): unknown => choices(user).flatMap(({ value }) => value.groups.items.map(plain));
const names = ({ networks }: Container): readonly unknown[] => networks.items.flatMap((network) => network.names.items.map(plain));
const tls = `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`;
const plainly = `${dind}variables: {DOCKER_TLS_CERTDIR: "", DOCKER_HOST: "tcp://docker:2375"}\n${build}`;

/** Source: https://docs.gitlab.com/runner/executors/docker/ and https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/executors/docker/docker.go */
section(
  'A4 the docker executor',
  {
    '1': 'services are started before the job, and every container has the same binds',
    '2': 'a volume of one part belongs to the slot of the runner and is in job and services',
    '3': 'a folder of the host is in job and services',
    '4': 'the folder of builds is in all of them, unless a volume covers it',
    '5': 'tmpfs, users, groups, capabilities, links and the volumes of another container are for one kind alone',
    '6': 'runtime, user namespace, hosts and the mode of the network are for both',
    '7': 'security options are apart',
    '8': 'the job is privileged by privileged and allowed_privileged_images',
    '9': 'a service is privileged by services_privileged, else privileged, and allowed_privileged_services',
    '10': 'those lists are matched against the name as it is configured',
    '11': 'TLS asks for a volume at /certs/client or above it',
    '12': "host, tls_cert_path and tls_verify are about the runner's own daemon, not the job's",
    '13': 'a docker.sock in volumes is in services too, and breaks a dind',
    '14': 'on the default network the job knows its services, and they know nobody',
    '15': 'FF_NETWORK_PER_BUILD without a mode gives a network where everybody knows everybody',
    '16': 'another mode is a network that exists, with the same names',
    '17': "on the host's network nobody has a name, and localhost is the host",
    '18': 'with none nothing is reached',
    '19': 'dind in such a network may ask for --dns and --mtu',
    '20': "one port that the service's image exposes is waited for, at most for the time set",
    '21': 'a negative time waits for nothing',
    '22': 'HEALTHCHECK_TCP_PORT names the one port',
    '23': 'a service that does not answer is a warning, and the job goes on',
    '24': 'an image that exposes nothing is not waited for',
    '25': 'the job has the hostname that is configured',
    '26': "the runner's user goes before that of the image, and services have their own alone",
    '27': 'only some users may be allowed',
    '28': "the image's entrypoint is kept, with the script as its command",
    '29': 'an image that is a tool needs its entrypoint cleared',
    '30': 'a cleared entrypoint loses the DOCKER_HOST that the official image would have set',
  },
  [
    ['1', 'what the job starts after', () => main(made(privileged)).startsAfter.items.map(({ container }) => container.called), ['service `docker`']],
    ['1', 'what both have', () => both(privileged, volumes), Array(2).fill(['runner-slot:/certs/client /certs/client', 'runner-slot:/cache /cache', 'runner-slot:builds /builds'])],
    ['2', 'one of them', () => both(docker('volumes = ["/x"]'), volumes), Array(2).fill(['runner-slot:/x /x', 'runner-slot:builds /builds'])],
    ['3', 'read-only', () => both(docker('volumes = ["/srv/a:/a:ro"]'), volumes), Array(2).fill(['/srv/a /a ro', 'runner-slot:builds /builds'])],
    ['4', 'elsewhere', () => both(docker('', '').replace('executor = "docker"', 'executor = "docker"\n  builds_dir = "/work"'), volumes), Array(2).fill(['runner-slot:builds /work'])],
    ['4', 'covered', () => both(docker('volumes = ["/srv/builds:/builds"]'), volumes), Array(2).fill(['/srv/builds /builds'])],
    ['4', 'the daemon sees the checkout', () => told(taken(privileged, `${dind}variables: {DOCKER_TLS_CERTDIR: /certs}\nbuild:\n  script:\n    - docker run -v "$CI_PROJECT_DIR:/app" alpine ls /app\n`)), []],
    ['5', 'tmpfs of the job', () => both(docker('[runners.docker.tmpfs]\n  "/run/x" = "rw"'), volumes), [['runner-slot:builds /builds', 'memory /run/x'], ['runner-slot:builds /builds']]],
    ['5', 'tmpfs of services', () => both(docker('[runners.docker.services_tmpfs]\n  "/run/x" = "rw"'), volumes), [['runner-slot:builds /builds'], ['runner-slot:builds /builds', 'memory /run/x']]],
    ['5', 'groups', () => both(docker('group_add = ["999", "docker"]'), groups), [[999, 'docker'], []]],
    ['5', 'capabilities', () => both(docker('cap_add = ["ALL"]'), ({ capabilities }) => capabilities.items.map(plain)), [['ALL'], []]],
    ['5', 'links', () => both(docker('links = ["registry_1:registry", "cache"]'), hosts), [['registry', 'cache', 'docker'], []]],
    ['5', 'the volumes of another container', () => both(docker('volumes_from = ["store"]'), ({ mounts }) => mounts.open !== undefined), [true, false]],
    ['6', 'runtime', () => both(docker('runtime = "sysbox-runc"'), ({ runtime }) => plain(runtime)), ['sysbox-runc', 'sysbox-runc']],
    ['6', 'none needs privileges on sysbox', () => told(taken(docker('runtime = "sysbox-runc"\nvolumes = ["/certs/client"]'), tls)), []],
    ['6', 'user namespace', () => both(docker('userns_mode = "host"'), ({ userNamespace }) => plain(userNamespace)), ['host', 'host']],
    ['6', 'hosts', () => both(docker('extra_hosts = ["mirror:10.0.0.5"]'), hosts), [['mirror', 'docker'], ['mirror']]],
    ['6', 'a host that is the daemon elsewhere accuses nobody', () => told(taken(docker('extra_hosts = ["engine:10.0.0.5"]'), 'build:\n  image: docker:28.5.2-cli\n  variables: {DOCKER_HOST: "tcp://engine:2375"}\n  script: docker info\n')), []],
    ['6', 'no such host', () => told(taken(docker(), 'build:\n  image: docker:28.5.2-cli\n  variables: {DOCKER_HOST: "tcp://engine:2375"}\n  script: docker info\n')), ['unresolvable-daemon-host 3']],
    ['6', 'the mode of the network', () => both(docker('network_mode = "ci"'), ({ networks }) => networks.items.map(({ id }) => id)), [['network ci'], ['network ci']]],
    ['7', 'those of the job', () => both(docker('security_opt = ["seccomp=unconfined"]'), ({ securityOptions }) => securityOptions.items.map(plain)), [['seccomp=unconfined'], []]],
    ['7', 'those of services', () => both(docker('services_security_opt = ["seccomp=unconfined"]'), ({ securityOptions }) => securityOptions.items.map(plain)), [[], ['seccomp=unconfined']]],
    ['8', 'listed', () => both(docker('privileged = true\nallowed_privileged_images = ["docker:*-cli"]'), (one) => plain(one.privileged)), [true, true]],
    ['8', 'not listed', () => both(docker('privileged = true\nallowed_privileged_images = ["podman*"]'), (one) => plain(one.privileged)), [false, true]],
    ['8', 'an empty list is none', () => both(docker('privileged = true\nallowed_privileged_images = []'), (one) => plain(one.privileged)), [true, true]],
    ['9', 'its own', () => both(docker('privileged = false\nservices_privileged = true'), (one) => plain(one.privileged)), [false, true]],
    ['9', 'its own says no', () => told(taken(docker('privileged = true\nservices_privileged = false\nvolumes = ["/certs/client"]'), tls)), ['missing-privileged config.toml:5']],
    ['9', 'not listed', () => told(taken(docker('privileged = true\nallowed_privileged_services = ["docker:*-dind-rootless"]\nvolumes = ["/certs/client"]'), tls)), ['missing-privileged config.toml:5']],
    ['9', 'braces are not worked out', () => plain(service(made(docker('privileged = true\nallowed_privileged_services = ["docker:{27,28}*-dind"]'))).privileged), '?'],
    ['10', 'a registry in front is another name', () => both(docker('privileged = true\nallowed_privileged_services = ["docker:*-dind"]'), (one) => plain(one.privileged), 'build:\n  image: docker:28.5.2-cli\n  services: [{name: "r.example.org/docker:28.5.2-dind", alias: docker}]\n  script: docker info\n'), [true, false]],
    ['10', 'unless it is listed', () => both(docker('privileged = true\nallowed_privileged_services = ["**/docker:*-dind"]'), (one) => plain(one.privileged), 'build:\n  image: docker:28.5.2-cli\n  services: [{name: "r.example.org/docker:28.5.2-dind", alias: docker}]\n  script: docker info\n'), [true, true]],
    ['11', 'there', () => told(taken(privileged, tls)), []],
    ['11', 'above', () => told(taken(docker('privileged = true\nvolumes = ["/certs"]'), tls)), []],
    ['11', 'not there', () => told(taken(docker('privileged = true\nvolumes = ["/cache"]'), tls)), ['tls-certs-not-shared 6']],
    ['12', 'TLS to the engine of the runner is none of the job', () => told(taken(docker('host = "tcp://10.0.0.1:2376"\ntls_cert_path = "/etc/docker"\ntls_verify = true\nprivileged = true'), plainly)), []],
    ['12', 'two runners of one engine are on one machine, of two on two', () => [docker('host = "tcp://a:2376"'), docker('host = "tcp://b:2376"')].map((other) => new Set(run(tls, docker('host = "tcp://a:2376"') + other).jobs.map(({ on }) => on)).size), [1, 2]],
    ['13', 'with it', () => told(taken(docker('privileged = true\nvolumes = ["/var/run/docker.sock:/var/run/docker.sock", "/certs/client"]'), tls)), ['ambiguous-daemon config.toml:5']],
    ['14', 'who knows whom', () => both(privileged, hosts), [['docker'], []]],
    ['15', 'by a variable', () => both(privileged, names, `variables: {FF_NETWORK_PER_BUILD: "true"}\n${dind}${build}`), [['build'], ['docker']]],
    ['15', 'by the runner', () => both(`${privileged}  [runners.feature_flags]\n    FF_NETWORK_PER_BUILD = true\n`, names), [['build'], ['docker']]],
    ['15', "by the runner's environment", () => both(privileged.replace('executor = "docker"', 'executor = "docker"\n  environment = ["FF_NETWORK_PER_BUILD=1"]'), names), [['build'], ['docker']]],
    ['15', "the runner's word goes before the variable", () => both(`${privileged}  [runners.feature_flags]\n    FF_NETWORK_PER_BUILD = false\n`, names, `variables: {FF_NETWORK_PER_BUILD: "true"}\n${dind}${build}`), [[], []]],
    ['15', 'not with a mode', () => both(docker('network_mode = "bridge"'), names, `variables: {FF_NETWORK_PER_BUILD: "true"}\n${dind}${build}`), [[], []]],
    ['16', 'names', () => both(docker('network_mode = "ci"'), names), [['build'], ['docker']]],
    ['16', 'others may be there', () => told(taken(docker('network_mode = "ci"'), 'build:\n  image: docker:28.5.2-cli\n  variables: {DOCKER_HOST: "tcp://engine:2375"}\n  script: docker info\n')), []],
    ['17', 'localhost', () => both(docker('network_mode = "host"'), ({ localhost }) => choices(localhost).map(({ value }) => (value === 'own' ? value : (value as Machine).role))), [['runner-host'], ['runner-host']]],
    ['17', 'a plain daemon is dialled there', () => told(taken(docker('privileged = true\nnetwork_mode = "host"'), plainly.replace('//docker:', '//localhost:')), {}, 'likely').filter((text) => !text.startsWith('unauthenticated-tcp')), []],
    ['18', 'nobody is there', () => told(taken(docker('privileged = true\nnetwork_mode = "none"'), plainly)), ['unresolvable-daemon-host 3']],
    ['20', 'it waits', () => plain(made(privileged).waitsFor), 'exposed-port'],
    ['20', 'nothing is said', () => told(taken(docker('privileged = true'), `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\nvariables: {DOCKER_TLS_CERTDIR: "", DOCKER_HOST: "tcp://docker:2375"}\n${build}`)), []],
    ['21', 'it does not wait', () => told(taken(docker('privileged = true\nwait_for_services_timeout = -1'), `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\nvariables: {DOCKER_TLS_CERTDIR: "", DOCKER_HOST: "tcp://docker:2375"}\n${build}`)), ['daemon-not-ready 2']],
    ['23', 'the job is judged though its service dies', () => told(taken(docker('volumes = ["/certs/client"]'), tls)), ['missing-privileged 2']],
    ['25', 'as written', () => both(docker('hostname = "ci"'), ({ hostname }) => plain(hostname)), ['ci', undefined]],
    ['26', "the runner's", () => both(docker('user = "1000"'), uids, 'build:\n  image: {name: "docker:28.5.2-cli", docker: {user: "7"}}\n  services: ["docker:28.5.2-dind"]\n  script: docker info\n'), [[1000], ['root']]],
    ['26', "the image's", () => both(docker(), uids, 'build:\n  image: {name: "docker:28.5.2-cli", docker: {user: "7"}}\n  services: [{name: "docker:28.5.2-dind", docker: {user: "8"}}]\n  script: docker info\n'), [[7], [8]]],
    ['26', 'a user for jobs leaves the daemon alone', () => told(taken(docker('privileged = true\nuser = "1000"\nvolumes = ["/certs/client"]'), tls)).filter((text) => text.startsWith('nonroot-daemon')), []],
    ['26', 'one that a service asks for does not', () => told(taken(privileged, `image: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", docker: {user: "1000"}}]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`)), ['nonroot-daemon 2']],
    ['28', 'both', () => { const { runsEntrypoint, command } = main(made(privileged)); return [plain(runsEntrypoint), (words(command) as readonly string[]).slice(0, 2)]; }, [true, ['sh', '-c']]],
    ['30', 'kept', () => told(taken(privileged, tls)), []],
    ['30', 'cleared', () => told(taken(privileged, `image: {name: "docker:28.5.2-cli", entrypoint: [""]}\nservices: ["docker:28.5.2-dind"]\nvariables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`)), ['no-daemon 6']],
  ],
  [
    ['19', 'what DNS and MTU the nested containers need depends on the network around the runner; pulls that hang are no matter of files'],
    ['22', 'a named port that never answers costs the time of the waiting and fails nothing'],
    ['24', 'what the image of somebody else exposes is in no file; the official ones all expose their ports'],
    ['27', 'a user that is not allowed fails the job with a message that names the list, before Docker has a part in it'],
    ['29', 'which images have a tool as their entrypoint is known of a few, and the job says so itself'],
  ],
);

const inPods = (body: string, pipeline: string, more = ''): Readonly<Record<string, string>> => taken(pods(`privileged = true\n${body}`) + more, pipeline);
const health = (port: string, extra = ''): string => `services: [{name: "docker:28.5.2-dind", ${extra}variables: {HEALTHCHECK_TCP_PORT: "${port}"}}]\n`;
const podTls = `image: docker:28.5.2-cli\n${health('2376')}variables: {DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: /certs, DOCKER_TLS_VERIFY: 1, DOCKER_CERT_PATH: "$DOCKER_TLS_CERTDIR/client"}\n${build}`;
const podPlain = (host: string, service = health('2375', 'command: ["--tls=false"], ')): string => `image: docker:28.5.2-cli\n${service}variables: {DOCKER_HOST: "tcp://${host}:2375", DOCKER_TLS_CERTDIR: ""}\n${build}`;
const securities = (body: string, show: (container: Container) => unknown, pipeline = podTls): readonly unknown[] => { const found = job(run(pipeline, pods(body)), 'build'); return [main(found), service(found)].map(show); };

/** Source: https://docs.gitlab.com/runner/executors/kubernetes/ and https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/executors/kubernetes/kubernetes.go */
section(
  'A5 the Kubernetes executor',
  {
    '1': 'job and services are one pod, in which every name is localhost',
    '2': 'two services on one port collide',
    '3': 'every configured volume is in all containers',
    '4': 'the folder of builds is an emptyDir unless a volume covers it',
    '5': 'privileged is for all, and each kind may have its own',
    '6': 'allow_privilege_escalation = false contradicts it',
    '7': 'NET_RAW alone is dropped by default',
    '8': 'users, groups, profiles and capabilities of the security contexts hold',
    '9': 'only services with a HEALTHCHECK_TCP_PORT of their own are waited for',
    '10': "the entrypoint of the job's image is not run, so that DOCKER_HOST and TLS have to be written",
    '11': 'a patch of the pod may change anything where its flag is on, and nothing where it is off',
    '12': 'a runtime class may change what privileged means',
    '13': 'annotations may lift the AppArmor profile of a container',
    '14': 'host_aliases are names too, after those of services',
    '15': "a docker.sock of host_path is the node's, which has none where it runs containerd",
    '16': "the chart's values hold the configuration, and older ones keys of their own",
    '17': 'node_selector decides on which nodes the pod runs',
  },
  [
    ...['docker', 'localhost', '127.0.0.1'].map((host) => ['1', `by ${host}`, () => told(inPods('', podPlain(host))), []] as const),
    ['1', 'by a name that is nobody', () => told(inPods('', podPlain('dind'))), ['unresolvable-daemon-host 3']],
    ['3', 'an emptyDir', () => securities(`[[runners.kubernetes.volumes.empty_dir]]\n  name = "x"\n  mount_path = "/x"`, volumes), Array(2).fill(['workload:x /x', 'workload:builds /builds'])],
    ['3', 'a claim, a ConfigMap', () => securities(`[[runners.kubernetes.volumes.pvc]]\n  name = "x"\n  mount_path = "/x"\n[[runners.kubernetes.volumes.config_map]]\n  name = "y"\n  mount_path = "/y"`, volumes), Array(2).fill(['cluster:x /x', 'workload:y /y ro', 'workload:builds /builds'])],
    ['3', 'certificates in none', () => told(inPods('', podTls)), ['tls-certs-not-shared 3']],
    ['3', 'certificates in one', () => told(inPods(certificates, podTls)), []],
    ['4', 'covered', () => securities(`[[runners.kubernetes.volumes.host_path]]\n  name = "b"\n  mount_path = "/builds"`, volumes), Array(2).fill(['/builds /builds'])],
    ['5', 'for all', () => securities('privileged = true', ({ privileged: it }) => plain(it)), [true, true]],
    ['5', 'unsaid', () => told(taken(pods(certificates), podTls)), ['missing-privileged 2']],
    ['5', 'for services alone', () => securities('[runners.kubernetes.service_container_security_context]\n  privileged = true', ({ privileged: it }) => plain(it)), [false, true]],
    ['5', 'for the job alone', () => securities('[runners.kubernetes.build_container_security_context]\n  privileged = true', ({ privileged: it }) => plain(it)), [true, false]],
    ['5', 'services have it taken away', () => told(inPods(`${certificates}\n[runners.kubernetes.service_container_security_context]\n  privileged = false`, podTls)), ['missing-privileged config.toml:10']],
    ['5', 'the lists of the other executor mean nothing', () => told(inPods(`allowed_privileged_services = ["podman"]\n${certificates}`, podTls)), []],
    ['6', 'for all', () => told(inPods(`allow_privilege_escalation = false\n${certificates}`, podTls)), ['privileged-not-honoured config.toml:5']],
    ['6', 'not for services', () => told(inPods(`allow_privilege_escalation = false\n${certificates}\n[runners.kubernetes.service_container_security_context]\n  allow_privilege_escalation = true`, podTls)), []],
    ['8', 'a user', () => securities('[runners.kubernetes.build_container_security_context]\n  run_as_user = 1000\n[runners.kubernetes.pod_security_context]\n  run_as_user = 7\n  run_as_group = 8\n  supplemental_groups = [9]', (one) => [uids(one), groups(one)]), [[[1000], [8, 9]], [[7], [8, 9]]]],
    ['8', 'a user of the pod is that of the daemon', () => told(inPods(`${certificates}\n[runners.kubernetes.pod_security_context]\n  run_as_user = 1000`, podTls)), ['nonroot-daemon config.toml:10']],
    ['8', 'a user of jobs is not', () => told(inPods(`${certificates}\n[runners.kubernetes.build_container_security_context]\n  run_as_user = 1000`, podTls)), []],
    ['8', 'none that is root', () => told(inPods(`${certificates}\n[runners.kubernetes.pod_security_context]\n  run_as_non_root = true`, podTls)), ['nonroot-daemon config.toml:10']],
    ['8', 'a user that the image asks for yields to it', () => securities('[runners.kubernetes.pod_security_context]\n  run_as_user = 7', uids, 'build:\n  image: {name: "docker:28.5.2-cli", kubernetes: {user: "5"}}\n  services: [{name: "docker:28.5.2-dind", kubernetes: {user: "6"}}]\n  script: docker info\n'), [[7], [7]]],
    ['8', 'a user that the image asks for', () => securities('', uids, 'build:\n  image: {name: "docker:28.5.2-cli", kubernetes: {user: "5"}}\n  services: [{name: "docker:28.5.2-dind", kubernetes: {user: "6"}}]\n  script: docker info\n'), [[5], [6]]],
    ['8', 'a root that is read-only', () => told(inPods(`${certificates}\n[runners.kubernetes.service_container_security_context]\n  read_only_root_filesystem = true`, podTls)), ['read-only-daemon config.toml:10']],
    ['8', 'capabilities', () => securities('cap_add = ["A"]\n[runners.kubernetes.service_container_security_context.capabilities]\n  add = ["B"]', ({ capabilities }) => capabilities.items.map(plain)), [['A'], ['A', 'B']]],
    ['8', 'profiles', () => securities('[runners.kubernetes.pod_security_context.seccomp_profile]\n  type = "RuntimeDefault"\n[runners.kubernetes.service_container_security_context]\n  proc_mount = "Unmasked"\n  seccomp_profile = { type = "Unconfined" }\n  app_armor_profile = { type = "Unconfined" }', ({ securityOptions }) => securityOptions.items.map(plain)), [['seccomp=runtimedefault'], ['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined']]],
    ['9', 'of its own', () => plain(job(run(podTls, pods()), 'build').waitsFor), 'named-port'],
    ['9', 'of the job', () => told(inPods('', `variables: {HEALTHCHECK_TCP_PORT: "2375", DOCKER_HOST: "tcp://docker:2375", DOCKER_TLS_CERTDIR: ""}\nimage: docker:28.5.2-cli\nservices: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\n${build}`)), ['daemon-not-ready 3']],
    ['9', 'of nobody', () => told(inPods('', podPlain('docker', 'services: [{name: "docker:28.5.2-dind", command: ["--tls=false"]}]\n'))), ['daemon-not-ready 2']],
    ['10', 'written', () => told(inPods(certificates, podTls)), []],
    ['10', 'no host', () => told(inPods(certificates, `image: docker:28.5.2-cli\n${health('2376')}variables: {DOCKER_TLS_CERTDIR: /certs}\n${build}`)), ['no-daemon 6']],
    ['10', 'a host and no TLS', () => told(inPods(certificates, `image: docker:28.5.2-cli\n${health('2376')}variables: {DOCKER_TLS_CERTDIR: /certs, DOCKER_HOST: "tcp://docker:2376"}\n${build}`)), ['tls-verify-missing 3']],
    ['11', 'on', () => told(taken(`${pods('[[runners.kubernetes.pod_spec]]\n  name = "p"\n  patch = "spec: {}"')}  [runners.feature_flags]\n    FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n`, podTls)), []],
    ['11', 'off', () => told(taken(pods(`${certificates}\n[[runners.kubernetes.pod_spec]]\n  name = "p"\n  patch = "spec: {}"`), podTls)), ['missing-privileged 2']],
    ['12', 'sysbox', () => told(taken(pods(`runtime_class_name = "sysbox-runc"\n${certificates}\n[runners.kubernetes.pod_annotations]\n  "io.kubernetes.cri-o.userns-mode" = "auto:size=65536"`), podTls)), []],
    ['12', 'one that nobody knows', () => told(taken(pods(`runtime_class_name = "own"\n${certificates}`), podTls)), []],
    ['12', 'sysbox and privileged', () => told(inPods(`runtime_class_name = "sysbox-runc"\n${certificates}`, podTls)), ['privileged-not-honoured config.toml:4']],
    ['13', 'of a service', () => securities('[runners.kubernetes.pod_annotations]\n  "container.apparmor.security.beta.kubernetes.io/svc-0" = "unconfined"', ({ securityOptions }) => securityOptions.items.map(plain)), [['seccomp=unconfined'], ['seccomp=unconfined', 'apparmor=unconfined']]],
    ['13', 'of the job', () => securities('[runners.kubernetes.pod_annotations]\n  "container.apparmor.security.beta.kubernetes.io/build" = "unconfined"', ({ securityOptions }) => securityOptions.items.map(plain)), [['seccomp=unconfined', 'apparmor=unconfined'], ['seccomp=unconfined']]],
    ['14', 'in order', () => hosts(main(job(run(podTls, pods('[[runners.kubernetes.host_aliases]]\n  ip = "10.0.0.5"\n  hostnames = ["engine", "mirror"]')), 'build'))), ['docker', 'engine', 'mirror']],
    ['14', 'a daemon elsewhere', () => told(inPods('[[runners.kubernetes.host_aliases]]\n  ip = "10.0.0.5"\n  hostnames = ["engine"]', 'build:\n  image: docker:28.5.2-cli\n  variables: {DOCKER_HOST: "tcp://engine:2375"}\n  script: docker info\n')), []],
    ['15', 'a socket', () => told(taken(pods('[[runners.kubernetes.volumes.host_path]]\n  name = "sock"\n  mount_path = "/var/run/docker.sock"'), 'build:\n  image: docker:28.5.2-cli\n  variables: {DOCKER_HOST: "unix:///var/run/docker.sock"}\n  script: docker info\n')), ['socket-not-on-node config.toml:6']],
    ['15', 'on nodes with Docker', () => told(taken(pods('[[runners.kubernetes.volumes.host_path]]\n  name = "sock"\n  mount_path = "/var/run/docker.sock"'), 'build:\n  image: docker:28.5.2-cli\n  variables: {DOCKER_HOST: "unix:///var/run/docker.sock"}\n  script: docker info\n'), { 'kubernetes.runtime': 'docker' }), []],
    ['16', 'of today', () => told({ '.gitlab-ci.yml': podTls, 'values.yaml': `gitlabUrl: https://gitlab.example.org\nrunners:\n  config: |\n    ${pods(certificates).replaceAll('\n', '\n    ')}\n` }), ['missing-privileged 2']],
    ['16', 'of once, that says so', () => told({ '.gitlab-ci.yml': podTls, 'values.yaml': `gitlabUrl: https://gitlab.example.org\nrunners:\n  privileged: true\n  config: |\n    ${pods(certificates).replaceAll('\n', '\n    ')}\n` }), []],
  ],
  [
    ['2', 'two daemons beside one job are no pitfall of the list; the second says that its port is taken'],
    ['7', 'no daemon and no client here needs raw sockets, and privileged gives them back'],
    ['17', 'what the nodes that a selector chooses are like stands in no file of the repository'],
  ],
);

const shell = (executor: string): string => `[[runners]]\n  executor = "${executor}"\n`;
const onHost = `image: docker:28.5.2-cli\nservices: ["docker:28.5.2-dind"]\nbuild:\n  script:\n    - docker build -t app .\n    - docker run -v "$PWD:/app" -p 8080:80 app\n    - curl localhost:8080\n`;

/** Source: https://docs.gitlab.com/runner/executors/ */
section(
  'A6 other executors',
  {
    '1': "a shell runs on the runner's own machine, whose engine is the daemon",
    '2': 'its user has to be in the group of the socket',
    '3': 'ssh, instance, parallels and virtualbox do the same on another machine',
    '4': 'autoscaled machines run jobs as the docker executor does, with the settings of [runners.docker]',
    '5': 'for a runner in a container with docker.sock the folders of volumes are those of the host',
  },
  [
    ['1', 'nothing is amiss', () => told(taken(shell('shell'), onHost)), []],
    ['1', 'whose daemon', () => run(onHost, shell('shell')).topology.links.map(({ daemon }) => (daemon.runsIn.kind === 'machine' ? daemon.runsIn.role : daemon.called)).slice(0, 1), ['runner-host']],
    ['1', 'a name that it dials is a matter of the network of the machine', () => told(taken(shell('shell'), `${dind}variables: {DOCKER_HOST: "tcp://docker:2375"}\n${build}`)), []],
    ...['ssh', 'instance', 'parallels', 'virtualbox'].map((executor) => ['3', executor, () => [told(taken(shell(executor), onHost)), job(run(onHost, shell(executor)), 'build').containers.items.length], [[], 0]] as const),
    ['4', 'with privileges', () => told(taken(privileged.replace('"docker"', '"docker+machine"'), tls)), []],
    ['4', 'without', () => told(taken(docker('volumes = ["/certs/client"]').replace('"docker"', '"docker-autoscaler"'), tls)), ['missing-privileged 2']],
    ['4', 'how long a machine lives', () => ['  [runners.machine]\n    MaxBuilds = 1\n', '  [runners.machine]\n    IdleCount = 1\n'].map((more) => plain((job(run(tls, privileged.replace('"docker"', '"docker+machine"') + more), 'build').on as Machine).ephemeral)), [true, false]],
    ['4', 'what its commands are', () => commands(main(job(run(tls, privileged.replace('"docker"', '"docker-autoscaler"')), 'build'))), ['docker build -t app .']],
    ['5', 'whose folder', () => { const [found] = main(job(run(tls, docker('volumes = ["/srv/x:/x"]')), 'build')).mounts.items; const source = found === undefined ? undefined : choices(found.source)[0]?.value; return source?.kind === 'path' ? (source.of as Machine).role : source; }, 'runner-host'],
    ['5', 'where the runner is a container here', () => told({ ...taken(docker('privileged = true\nvolumes = ["/certs/client"]'), tls), 'compose.yaml': 'services:\n  runner:\n    image: gitlab/gitlab-runner:v17.5.0\n    volumes: ["./config.toml:/etc/gitlab-runner/config.toml", "/var/run/docker.sock:/var/run/docker.sock"]\n' }), []],
  ],
  [['2', 'which groups the user of a runner is in stands on its machine; the finding on sockets leaves them open']],
);

/** The parts of a job that no test above names by themselves. */
section(
  'images and environments of executors',
  { '1': 'a job without an image has that of its runner', '2': "the runner's variables are in it" },
  [
    ['1', 'as configured', () => image(main(made(docker('image = "docker:27.5.1-cli"'), 'build: {script: docker info}'))), 'docker:27.5.1-cli'],
    ['2', 'as configured', () => [env(main(made(docker().replace('executor', 'environment = ["A=b"]\n  executor'))), 'A'), services(made(docker())).length], ['b', 1]],
  ],
  [],
);
