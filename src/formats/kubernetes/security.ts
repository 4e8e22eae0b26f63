import { escalationContradicts, noPodLevelPrivileged } from '../../docker/engine.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { Container, Identity } from '../../model/topology.ts';
import { type Listing, type Value, chain, choices, derived, implied, known, map, openBy, unknown, written } from '../../value/value.ts';
import { noSeccompByDefault, podDefaults, podUnprivileged, userNamespacesChange } from './facts.ts';
import { type Field, absent, at, entriesOf, flagOf, isWritten, itemsOf, nameOf, numberOf, placeOf } from './field.ts';

/** What a container's and its pod's securityContext come to. */
export type Security = Pick<Container, 'user' | 'privileged' | 'privilegedInVain' | 'userNamespace' | 'capabilities' | 'securityOptions' | 'allowsEscalation' | 'readOnlyRoot' | 'runtime'>;

/** A container's own settings beat the pod's; some exist at one level only. */
export function securityOf(container: Field, pod: { readonly spec: Field; readonly annotations: Field }, image: ImageConfig, name: string | undefined): Security {
  const own = at(container, 'securityContext');
  const { spec } = pod;
  const imageAt = isWritten(at(container, 'image')) ? placeOf(at(container, 'image')) : container.key;
  const users = at(spec, 'hostUsers');
  const apart = flagOf(users, absent(users, known(true, implied(container.key, podDefaults))));
  const privileged = flagOf(at(own, 'privileged'), absent(at(own, 'privileged'), known(false, implied(imageAt, podUnprivileged))));
  const escalation = at(own, 'allowPrivilegeEscalation');
  const runtime = nameOf(at(spec, 'runtimeClassName'));
  const capabilities = itemsOf(at(own, 'capabilities', 'add'));
  const vain = inVain(container, spec, own, privileged);
  return {
    user: userOf(own, at(spec, 'securityContext'), image),
    // In a user namespace of its own a container may do some of what only privileged ones can.
    privileged: !isWritten(users) ? privileged : chain(privileged, (yes): Value<boolean> => (yes ? privileged : chain(apart, (host): Value<boolean> => (host ? privileged : unknown('setting', derived(privileged.origin.at, [implied(apart.origin.at, userNamespacesChange)])))))),
    ...(vain === undefined ? {} : { privilegedInVain: vain }),
    userNamespace: map(apart, (host) => (host ? 'host' : 'private')),
    capabilities: { items: capabilities.items.flatMap((item) => nameOf(item) ?? []), ...openBy(capabilities.open) },
    securityOptions: optionsOf(own, pod, container, name),
    allowsEscalation: flagOf(escalation, absent(escalation, known(true, implied(container.key, podDefaults)))),
    readOnlyRoot: flagOf(at(own, 'readOnlyRootFilesystem'), absent(at(own, 'readOnlyRootFilesystem'), known(false, implied(container.key, podDefaults)))),
    runtime: runtime === undefined ? absent(at(spec, 'runtimeClassName'), known(undefined, implied(container.key, podDefaults))) : map(runtime, (text): string | undefined => text),
  };
}

/** Where privileged is written to no avail: in a place that has no such field, or beside what contradicts it. */
function inVain(container: Field, spec: Field, own: Field, privileged: Value<boolean>): Container['privilegedInVain'] {
  if (privileged.kind === 'known' && privileged.value) {
    const escalation = at(own, 'allowPrivilegeEscalation');
    const allowed = isWritten(escalation) ? flagOf(escalation, privileged) : undefined;
    return allowed?.kind === 'known' && !allowed.value ? known('refused', derived(allowed.origin.at, [implied(allowed.origin.at, escalationContradicts)])) : undefined;
  }
  if (isWritten(at(own, 'privileged'))) return undefined;
  const misplaced = [at(container, 'privileged'), at(spec, 'securityContext', 'privileged'), at(spec, 'privileged'), at(own, 'capabilities', 'privileged')].find(isWritten);
  const asked = misplaced === undefined ? undefined : flagOf(misplaced, privileged);
  return misplaced !== undefined && asked?.kind === 'known' && asked.value ? known('ignored', derived(placeOf(misplaced), [implied(placeOf(misplaced), noPodLevelPrivileged)])) : undefined;
}

/** Who the container runs as, with the groups that the pod gives it. */
function userOf(own: Field, pod: Field, image: ImageConfig): Value<Identity> {
  const either = (name: string): Field => [at(own, name), at(pod, name)].find(isWritten) ?? at(own, name);
  const asUser = either('runAsUser');
  const uid = isWritten(asUser) ? numberOf(asUser) : undefined;
  const gid = numberOf(either('runAsGroup'));
  const given = [...(gid === undefined ? [] : [gid]), ...[numberOf(at(pod, 'fsGroup')) ?? []].flat(), ...itemsOf(at(pod, 'supplementalGroups')).items.flatMap((item) => numberOf(item) ?? [])];
  const added = given.map((group) => map(group, (number): number | string => number));
  const nonRoot = either('runAsNonRoot');
  const asked = flagOf(nonRoot, known(false, written(nonRoot.key)));
  const unseen = own.open ?? pod.open;
  const base: Value<Identity> =
    uid !== undefined
      ? chain(uid, (number): Value<Identity> => known({ uid: number, groups: { items: added, ...openBy(number === 0 ? undefined : uid.origin) } }, uid.origin))
      : unseen !== undefined
        ? unknown('setting', unseen)
        : map(image.user, ({ uid: number, groups }): Identity => ({ uid: number, groups: { items: [...groups.items, ...added], ...openBy(groups.open) } }));
  const root = choices(base).some(({ value }) => value.uid === 0 || value.uid === 'root');
  if (asked.kind !== 'known' || !asked.value || !root) return base;
  // The kubelet starts no root then: whoever it is, it is somebody else.
  return known({ uid: 'non-root', groups: { items: added, open: asked.origin } }, asked.origin);
}

/** Seccomp, AppArmor and the masked paths, in the words of Docker's security options. */
function optionsOf(own: Field, { spec, annotations }: { readonly spec: Field; readonly annotations: Field }, container: Field, name: string | undefined): Listing<Value<string>> {
  const pod = at(spec, 'securityContext');
  const items: Value<string>[] = [];
  const profile = (kind: string): Field => [at(own, kind, 'type'), at(pod, kind, 'type')].find(isWritten) ?? at(own, kind, 'type');
  const seccomp = nameOf(profile('seccompProfile'));
  if (seccomp !== undefined) items.push(map(seccomp, (type) => `seccomp=${type.toLowerCase()}`));
  else items.push(known('seccomp=unconfined', implied(container.key, noSeccompByDefault)));
  const armour = nameOf(profile('appArmorProfile'));
  if (armour !== undefined) items.push(map(armour, (type) => `apparmor=${type.toLowerCase()}`));
  for (const [key, value] of entriesOf(annotations).items) {
    const text = key === `container.apparmor.security.beta.kubernetes.io/${name ?? ''}` ? nameOf(value) : undefined;
    if (text !== undefined) items.push(map(text, (type) => `apparmor=${type.toLowerCase()}`));
  }
  const proc = nameOf(at(own, 'procMount'));
  if (proc !== undefined) items.push(map(proc, (type) => `systempaths=${type === 'Unmasked' ? 'unconfined' : 'default'}`));
  return { items, ...openBy(own.open) };
}
