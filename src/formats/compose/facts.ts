import type { Fact } from '../../value/fact.ts';

const services = 'https://docs.docker.com/reference/compose-file/services/';

/** What compose takes where a file says nothing, and what it does with what is written. */
export const composeDefaults: Fact = { says: 'Compose takes its documented default for what a service does not say', source: services };
export const composeRunsEntrypoint: Fact = { says: "Compose runs the image's own entrypoint unless the service sets one", source: `${services}#entrypoint` };
export const entrypointClearsCommand: Fact = { says: "A service that sets an entrypoint drops the command of its image", source: `${services}#entrypoint` };
export const composeWaitsForNothing: Fact = { says: 'Compose waits before it starts a service for nothing but what depends_on asks for', source: 'https://docs.docker.com/compose/how-tos/startup-order/' };
export const composeHonoursPrivileged: Fact = { says: 'docker compose up hands privileged on to the engine', source: `${services}#privileged` };
export const oneProject: Fact = { says: 'A compose project runs once on a machine, under its name', source: 'https://docs.docker.com/compose/how-tos/project-name/' };
export const noRestart: Fact = { says: 'A service is not started again unless it has a restart policy', source: `${services}#restart` };
export const stackRestarts: Fact = { says: 'Swarm starts a task again whenever it ends, unless restart_policy says otherwise', source: 'https://docs.docker.com/reference/compose-file/deploy/#restart_policy' };
export const remapIsOptIn: Fact = { says: 'An engine maps no users unless userns-remap is configured', source: 'https://docs.docker.com/engine/security/userns-remap/' };
export const apiSocket: Fact = { says: 'use_api_socket mounts the socket of the engine and the credentials of its user', source: `${services}#use_api_socket` };
export const volumesOfImage: Fact = { says: 'Every VOLUME of an image that no mount covers becomes an anonymous volume', source: 'https://docs.docker.com/reference/dockerfile/#volume' };
