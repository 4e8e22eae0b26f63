// Printed by `npm run generate` from the files in this folder.
import type { Rule } from '../src/rule.ts';
import accidentalDaemon from './daemon/accidental-daemon.ts';
import cgroupV2Unsupported from './daemon/cgroup-v2-unsupported.ts';
import daemonConfigConflict from './daemon/daemon-config-conflict.ts';
import daemonDuringBuild from './daemon/daemon-during-build.ts';
import daemonNotReady from './daemon/daemon-not-ready.ts';
import entrypointBypassed from './daemon/entrypoint-bypassed.ts';
import jobNeverCompletes from './daemon/job-never-completes.ts';
import missingPrivileged from './daemon/missing-privileged.ts';
import nonrootDaemon from './daemon/nonroot-daemon.ts';
import privilegedNotHonoured from './daemon/privileged-not-honoured.ts';
import readOnlyDaemon from './daemon/read-only-daemon.ts';
import ambiguousDaemon from './endpoint/ambiguous-daemon.ts';
import buildxNeedsContext from './endpoint/buildx-needs-context.ts';
import malformedDockerHost from './endpoint/malformed-docker-host.ts';
import noDaemon from './endpoint/no-daemon.ts';
import sharedDockerCerts from './endpoint/shared-docker-certs.ts';
import tlsCertsNotShared from './endpoint/tls-certs-not-shared.ts';
import tlsPortMismatch from './endpoint/tls-port-mismatch.ts';
import tlsSanMismatch from './endpoint/tls-san-mismatch.ts';
import tlsSwitchMisread from './endpoint/tls-switch-misread.ts';
import tlsVerifyMissing from './endpoint/tls-verify-missing.ts';
import unauthenticatedTcp from './endpoint/unauthenticated-tcp.ts';
import unresolvableDaemonHost from './endpoint/unresolvable-daemon-host.ts';
import destructiveOnSharedDaemon from './paths/destructive-on-shared-daemon.ts';
import dockerBinaryMounted from './paths/docker-binary-mounted.ts';
import dockerCliMissing from './paths/docker-cli-missing.ts';
import hostPathConfusion from './paths/host-path-confusion.ts';
import publishedPortHost from './paths/published-port-host.ts';
import sharedDaemonCollision from './paths/shared-daemon-collision.ts';
import tmpMountHidden from './paths/tmp-mount-hidden.ts';
import unusedSuppression from './project/unused-suppression.ts';
import redundantPrivileged from './socket/redundant-privileged.ts';
import socketExposed from './socket/socket-exposed.ts';
import socketNotOnNode from './socket/socket-not-on-node.ts';
import socketPermissionDenied from './socket/socket-permission-denied.ts';
import socketReadOnly from './socket/socket-read-only.ts';
import socketWorldWritable from './socket/socket-world-writable.ts';
import coldBuildCache from './storage/cold-build-cache.ts';
import dockerRootNotVolume from './storage/docker-root-not-volume.ts';
import imageLostBetweenJobs from './storage/image-lost-between-jobs.ts';
import sharedDockerRoot from './storage/shared-docker-root.ts';
import storageDriverNesting from './storage/storage-driver-nesting.ts';
import abandonedDindImage from './versions/abandoned-dind-image.ts';
import apiVersionMismatch from './versions/api-version-mismatch.ts';
import legacyLink from './versions/legacy-link.ts';
import nonexistentDockerTag from './versions/nonexistent-docker-tag.ts';
import unpinnedDind from './versions/unpinned-dind.ts';

/** The rules by the folder they live in. */
export const areas: Readonly<Record<string, readonly Rule[]>> = {
  daemon: [accidentalDaemon, cgroupV2Unsupported, daemonConfigConflict, daemonDuringBuild, daemonNotReady, entrypointBypassed, jobNeverCompletes, missingPrivileged, nonrootDaemon, privilegedNotHonoured, readOnlyDaemon],
  endpoint: [ambiguousDaemon, buildxNeedsContext, malformedDockerHost, noDaemon, sharedDockerCerts, tlsCertsNotShared, tlsPortMismatch, tlsSanMismatch, tlsSwitchMisread, tlsVerifyMissing, unauthenticatedTcp, unresolvableDaemonHost],
  paths: [destructiveOnSharedDaemon, dockerBinaryMounted, dockerCliMissing, hostPathConfusion, publishedPortHost, sharedDaemonCollision, tmpMountHidden],
  project: [unusedSuppression],
  socket: [redundantPrivileged, socketExposed, socketNotOnNode, socketPermissionDenied, socketReadOnly, socketWorldWritable],
  storage: [coldBuildCache, dockerRootNotVolume, imageLostBetweenJobs, sharedDockerRoot, storageDriverNesting],
  versions: [abandonedDindImage, apiVersionMismatch, legacyLink, nonexistentDockerTag, unpinnedDind],
};

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = Object.values(areas)
  .flat()
  .sort((a, b) => (a.id < b.id ? -1 : 1));
