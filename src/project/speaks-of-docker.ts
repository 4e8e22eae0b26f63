import type { Source } from '../text/slice.ts';

/**
 * Whether any of these texts has a word that every finding rests on in the end: Docker's own, those of its relatives, a
 * socket or a folder that one lies in, one of its ports, a runner, or an `include` that may bring anything. A repository
 * without one is not parsed. Which files of one that has some can matter to each other was tried by names, folders, images
 * and hosts: nearly every file of a real repository is tied to one that does, so nothing was won.
 */
export const speaksOfDocker = (sources: readonly Source[]): boolean => sources.some(({ text }) => topic.test(text) || rootMounted.test(text) || (/\binclude\b/.test(text) && text.includes('*')));

const topic = /docker|dind|dcind|moby|podman|buildah|kaniko|nerdctl|containerd|cri-?o\b|testcontainers|earthly|kicbase|envbox|237[56]|\.sock\b|\/run\b|privileged|runners?\b|gitlabUrl|--executor/i;
const rootMounted = /(?:^|[\s"'[,=])\/["']?[ \t]*(?::|,|$)/m;
