import { fact } from '../../value/fact.ts';

const runner = 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/';
const executors = 'https://docs.gitlab.com/runner/executors/';

export const servicesAreNamed = fact("A service is found under its image's name without tag, with each `/` as `__` and as `-`, and under its aliases", 'https://docs.gitlab.com/ci/services/#accessing-the-services');
export const runnerAddsServices = fact("A runner's configuration may add services of its own to every job", `${runner}docs/configuration/advanced-configuration.md#the-runnersdockerservices-section`);
export const entrypointIsKept = fact("The docker executor runs the image's own entrypoint, and the job's script as its command", `${executors}docker/#configure-a-docker-entrypoint`);
export const entrypointIsReplaced = fact("The Kubernetes executor replaces the entrypoint of the job's image, so that nothing that it exports reaches the script", 'https://gitlab.com/gitlab-org/gitlab-runner/-/issues/4125');
export const serviceEntrypointIsKept = fact("A service runs its image's own entrypoint unless it sets one", 'https://docs.gitlab.com/ci/services/#available-settings-for-services');
export const buildsAreShared = fact('The folder of builds is a volume of the job container and of every service', 'https://docs.gitlab.com/ci/services/#services-share-the-builds-directory');
export const podIsShared = fact('The Kubernetes executor puts the job and its services in one pod, where every name of a service is 127.0.0.1', `${runner}executors/kubernetes/host_aliases.go`);
export const bridgeWithoutNames = fact('On the default network the job container knows its services by name, and services know nobody', `${executors}docker/#create-a-network-for-each-job`);
export const waitsForPort = fact("The docker executor waits up to 30 seconds until one port that a service's image exposes answers", `${executors}docker/#how-gitlab-runner-performs-the-services-health-check`);
export const podWaitsForNamedPort = fact('The Kubernetes executor waits only for services that set HEALTHCHECK_TCP_PORT', 'https://docs.gitlab.com/ci/docker/docker_in_docker/#kubernetes');
export const hostedRunners = fact("GitLab.com's hosted Linux runners give each job a virtual machine of its own and privileged containers", 'https://docs.gitlab.com/ci/runners/hosted_runners/linux/');
export const hostedEnvironment = fact("GitLab.com's hosted runners have set DOCKER_TLS_CERTDIR and DOCKER_DRIVER themselves", 'https://docs.gitlab.com/ci/runners/');
export const jobsRunOnce = fact('A job runs once and is not started again by the runner', executors);
export const namesNoPrivilege = fact('A job cannot ask for privileged, volumes or devices: the runner decides', `${executors}docker/#use-docker-in-docker-with-privileged-mode`);
export const dependencyProxy = fact('The dependency proxy hands out images of Docker Hub', 'https://docs.gitlab.com/user/packages/dependency_proxy/');
export const checkoutBelowBuilds = fact('The repository is checked out below the folder of builds, /builds by default', 'https://docs.gitlab.com/ci/variables/predefined_variables/');
export const shellRunsOnMachine = fact("The shell executor runs a job's commands on the runner's own machine, and its image and services mean nothing", `${executors}shell/`);
export const groupRunsOneByOne = fact('Of the jobs of a resource group one runs at a time, whatever its pipeline', 'https://docs.gitlab.com/ci/resource_groups/');
