import { fact } from '../../value/fact.ts';

const services = 'https://docs.docker.com/reference/compose-file/services/';

/** What compose takes where a file says nothing, and what it does with what is written. */
export const composeDefaults = fact('Compose takes its documented default for what a service does not say', services);
export const composeRunsEntrypoint = fact("Compose runs the image's own entrypoint unless the service sets one", `${services}#entrypoint`);
export const entrypointClearsCommand = fact("A service that sets an entrypoint drops the command of its image", `${services}#entrypoint`);
export const composeWaitsForNothing = fact('Compose waits before it starts a service for nothing but what depends_on asks for', 'https://docs.docker.com/compose/how-tos/startup-order/');
export const composeHonoursPrivileged = fact('docker compose up hands privileged on to the engine', `${services}#privileged`);
export const oneProject = fact('A compose project runs once on a machine, under its name', 'https://docs.docker.com/compose/how-tos/project-name/');
export const noRestart = fact('A service is not started again unless it has a restart policy', `${services}#restart`);
export const stackRestarts = fact('Swarm starts a task again whenever it ends, unless restart_policy says otherwise', 'https://docs.docker.com/reference/compose-file/deploy/#restart_policy');
export const apiSocket = fact('use_api_socket mounts the socket of the engine and the credentials of its user', `${services}#use_api_socket`);
export const volumesOfImage = fact('Every VOLUME of an image that no mount covers becomes an anonymous volume', 'https://docs.docker.com/reference/dockerfile/#volume');
