import { fact } from '../../value/fact.ts';

const configuration = 'https://docs.gitlab.com/runner/configuration/advanced-configuration/';
const chart = 'https://docs.gitlab.com/runner/install/kubernetes_helm_chart_configuration/';

/** What a runner gives that says nothing of it. */
export const runnerIsUnprivileged = fact('A gitlab-runner makes privileged containers only where its configuration says privileged = true', `${configuration}#the-runnersdocker-section`);
/** What `concurrent` is where it is not written. */
export const runnerTakesOneJob = fact('A gitlab-runner runs one job at a time unless its configuration says concurrent', `${configuration}#the-global-section`);
/** What the chart sets where its values do not. */
export const chartTakesManyJobs = fact('The chart of gitlab-runner lets it run several jobs at a time', chart);
/** What executor the chart registers. */
export const chartUsesKubernetes = fact('The chart of gitlab-runner registers the kubernetes executor', chart);
/** What a runner without tags in its configuration says of them. */
export const tagsAreRegistered = fact('The tags of a runner are given when it is registered, or in GitLab, and do not stand in config.toml', 'https://docs.gitlab.com/runner/register/');
/** Whose volume a one-part entry of `volumes` is. */
export const volumesReachServices = fact('What volumes of config.toml lists is mounted into the job and into each of its services', 'https://docs.gitlab.com/runner/executors/docker/');
/** That a host is there for job after job. */
export const hostOutlivesJobs = fact('The docker executor runs every job on the engine of one and the same host', 'https://docs.gitlab.com/runner/executors/docker/');
