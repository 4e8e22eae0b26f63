import { fact } from '../../value/fact.ts';

const workflow = 'https://github.com/jenkinsci/docker-workflow-plugin/blob/master/src/main/';
const kubernetes = 'https://github.com/jenkinsci/kubernetes-plugin/blob/master/';

export const insideRunsAsAgent = fact("Jenkins starts the container with -u and the numbers of the agent's user and primary group", `${workflow}java/org/jenkinsci/plugins/docker/workflow/WithContainerStep.java`);
export const insideMountsWorkspace = fact("Jenkins mounts the workspace at its own path, or hands on the agent's volumes where the agent is a container", `${workflow}java/org/jenkinsci/plugins/docker/workflow/WithContainerStep.java`);
export const agentHasWorkspace = fact("The workspace lies below the agent's root folder, in a folder of the job's name", 'https://www.jenkins.io/doc/book/pipeline/syntax/#agent');
export const podHasWorkspace = fact('The Kubernetes plugin mounts one workspace volume into every container of the pod, below /home/jenkins/agent', `${kubernetes}src/main/java/org/csanchez/jenkins/plugins/kubernetes/pod/decorator/DefaultWorkspaceVolume.java`);
export const podHasAgent = fact('A pod without a container named jnlp gets one, of the image jenkins/inbound-agent', `${kubernetes}README.md`);
export const agentTakesOthers = fact('An agent that outlives its builds runs those of other jobs too', 'https://www.jenkins.io/doc/book/managing/nodes/');
export const buildsMayMeet = fact('Builds of one job run side by side unless disableConcurrentBuilds is set, each wherever an executor is free', 'https://www.jenkins.io/doc/book/pipeline/syntax/#options');
export const buildsWait = fact('With disableConcurrentBuilds no two builds of the job run at once', 'https://www.jenkins.io/doc/book/pipeline/syntax/#options');
export const noPrivilegeOfItsOwn = fact("Steps on an agent run as the agent's own process", 'https://www.jenkins.io/doc/book/managing/nodes/');
