import { escalationContradicts } from '../../docker/engine.ts';
import { type ImageConfig, identity } from '../../model/image.ts';
import type { Container, Identity } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, chain, choices, derived, implied, known, map, openBy, resting, unknown, written } from '../../value/value.ts';
import { noSeccompByDefault, podDefaults } from '../kubernetes/facts.ts';
import { flagged } from './environment.ts';
import type { Runner, RunnerSetting } from './runner.ts';
import { type Tree, setting } from './tree.ts';
import type { Scope } from './variables.ts';

/** What a container of a job may do, and as whom. */
export type Confinement = Pick<Container, 'user' | 'privileged' | 'privilegedInVain' | 'userNamespace' | 'capabilities' | 'securityOptions' | 'allowsEscalation' | 'readOnlyRoot' | 'runtime'>;

/** The container that is confined. */
export interface Confined {
  readonly kind: 'job' | 'service';
  readonly image: ImageConfig;
  /** The name of its image, as lists of privileged images are matched against it. */
  readonly imageName: Value<string>;
  /** `image:` or the service as it is written, for `docker:` and `kubernetes:` in it. */
  readonly tree: Tree | undefined;
  readonly at: Span;
}

/** What the runner's settings allow this container; where a patch of the pod may change it, nothing is known. */
export function confinementOf(one: Confined, runner: Runner, scope: Scope): Confinement {
  const { kind, image, imageName, at } = one;
  const privileged = runner.privileged(kind, imageName, image.reference.origin.at);
  const plain = runner.executor === 'kubernetes' ? inPod(one, privileged, runner, scope) : onEngine(one, privileged, runner, scope);
  const patch = patched(runner, scope, at);
  return patch === undefined ? plain : fog(plain, patch);
}

/** The patch of a pod that may change anything in it; undefined where there is none, or the flag that it takes is off. */
export function patched(runner: Runner, scope: Scope, at: Span): Origin | undefined {
  const [first] = runner.executor === 'kubernetes' ? runner.below('pod_spec') : [];
  return first === undefined || runner.flag('FF_USE_ADVANCED_POD_SPEC_CONFIGURATION', scope, at) === false ? undefined : first[1].origin;
}

function fog(plain: Confinement, patch: Origin): Confinement {
  const nothing = unknown('setting', patch);
  return { ...plain, privileged: nothing, userNamespace: nothing, capabilities: { ...plain.capabilities, open: patch }, securityOptions: { ...plain.securityOptions, open: patch }, allowsEscalation: nothing, readOnlyRoot: nothing, runtime: nothing, user: nothing };
}

/** `[runners.docker]`: user, groups and capabilities are the job's alone, the rest has a setting for each or one for both. */
function onEngine({ kind, image, tree, at }: Confined, privileged: Value<boolean>, runner: Runner, scope: Scope): Confinement {
  const ofJob = kind === 'job';
  const options = listed(runner, ofJob ? 'security_opt' : 'services_security_opt', at);
  const asked = wished(tree, 'docker', scope);
  const user = named((ofJob ? filledIn(runner.setting('user')) : undefined) ?? asked, image.user);
  const groups = ofJob ? listed(runner, 'group_add', at) : { items: [] };
  return {
    user: withGroups(user, groups),
    privileged,
    userNamespace: map(text(runner, 'userns_mode', at), (mode): 'host' | 'private' => (mode === 'host' ? 'host' : 'private')),
    capabilities: ofJob ? listed(runner, 'cap_add', at) : { items: [], ...openBy(unseen(runner, at)) },
    securityOptions: options,
    allowsEscalation: known(!options.items.some((option) => choices(option).some(({ value }) => /^no-new-privileges(?!.*false)/.test(value))), written(at)),
    readOnlyRoot: known(false, written(at)),
    runtime: text(runner, 'runtime', at),
  };
}

/** `[runners.kubernetes]`: what one kind of container has of its own goes before what all have. */
function inPod({ kind, image, tree, at }: Confined, privileged: Value<boolean>, runner: Runner, scope: Scope): Confinement {
  const own = `${kind === 'job' ? 'build' : 'service'}_container_security_context`;
  const either = (name: string): RunnerSetting | undefined => runner.setting(`${own}.${name}`) ?? runner.setting(`pod_security_context.${name}`);
  const escalation = runner.setting(`${own}.allow_privilege_escalation`) ?? runner.setting('allow_privilege_escalation');
  const readOnly = runner.setting(`${own}.read_only_root_filesystem`);
  const byDefault = implied(at, podDefaults);
  const refused = privileged.kind === 'known' && privileged.value && escalation !== undefined && flagged(escalation) === false;
  return {
    user: podUser(either, wished(tree, 'kubernetes', scope), image.user, runner, at),
    privileged,
    ...(refused ? { privilegedInVain: known('refused', derived(escalation.origin.at, [implied(escalation.origin.at, escalationContradicts)])) } : {}),
    userNamespace: known('host', byDefault),
    capabilities: together(listed(runner, 'cap_add', at), listed(runner, `${own}.capabilities.add`, at)),
    securityOptions: { items: profiles(kind, own, either, runner, at), ...openBy(unseen(runner, at)) },
    allowsEscalation: escalation === undefined ? known(true, byDefault) : map(escalation, isOn),
    readOnlyRoot: readOnly === undefined ? known(false, byDefault) : map(readOnly, isOn),
    runtime: text(runner, 'runtime_class_name', at),
  };
}

const isOn = (value: string | number | boolean): boolean => value === true || value === 'true';

/** Seccomp, AppArmor and the masked paths, in the words of Docker's security options. */
function profiles(kind: Confined['kind'], own: string, either: (name: string) => RunnerSetting | undefined, runner: Runner, at: Span): readonly Value<string>[] {
  const option = (name: string, value: RunnerSetting | undefined): readonly Value<string>[] => (value === undefined ? [] : [map(value, (type) => `${name}=${String(type).toLowerCase()}`)]);
  const seccomp = option('seccomp', either('seccomp_profile.type'));
  const annotations = runner.below('pod_annotations').flatMap(([key, value]) => {
    const [, container] = /^container\.apparmor\.security\.beta\.kubernetes\.io\/(.+)$/.exec(key) ?? [];
    return container !== undefined && (container === 'build') === (kind === 'job') ? option('apparmor', value) : [];
  });
  const paths = runner.setting(`${own}.proc_mount`);
  return [
    ...(seccomp.length > 0 ? seccomp : [known('seccomp=unconfined', implied(at, noSeccompByDefault))]),
    ...option('apparmor', either('app_armor_profile.type')),
    ...annotations,
    ...(paths === undefined ? [] : [map(paths, (type) => `systempaths=${type === 'Unmasked' ? 'unconfined' : 'default'}`)]),
  ];
}

function podUser(either: (name: string) => RunnerSetting | undefined, asked: Value<string> | undefined, fallback: Value<Identity>, runner: Runner, at: Span): Value<Identity> {
  const uid = either('run_as_user');
  const gid = either('run_as_group');
  const fsGroup = runner.setting('pod_security_context.fs_group');
  const own = [gid, fsGroup].flatMap((group) => (group === undefined ? [] : [map(group, numberOr)]));
  const groups = together({ items: own }, numbers(listed(runner, 'pod_security_context.supplemental_groups', at)));
  const user = withGroups(named(uid, asked === undefined ? fallback : named(asked, fallback)), groups);
  const nonRoot = either('run_as_non_root');
  const root = choices(user).some(({ value }) => value.uid === 0 || value.uid === 'root');
  // The kubelet starts no root then: whoever it is, it is somebody else.
  return nonRoot !== undefined && flagged(nonRoot) === true && root ? known({ uid: 'non-root', groups: { items: groups.items, open: nonRoot.origin } }, nonRoot.origin) : user;
}

/** `docker: { user }` or `kubernetes: { user }` of an image. */
function wished(tree: Tree | undefined, executor: 'docker' | 'kubernetes', scope: Scope): Value<string> | undefined {
  const own = setting(setting(tree, executor), 'user');
  return own === undefined ? undefined : own.kind === 'text' ? scope.expanded(own) : unknown('unreadable', written(own.at));
}

const filledIn = (value: RunnerSetting | undefined): RunnerSetting | undefined => (value?.kind === 'known' && String(value.value) === '' ? undefined : value);

function named(given: RunnerSetting | undefined, fallback: Value<Identity>): Value<Identity> {
  if (given === undefined) return fallback;
  return chain<string | number | boolean, Identity>(given, (name): Value<Identity> => (String(name) === '' ? fallback : known(identity(String(name), given.origin, given.origin), given.origin)));
}

const withGroups = (user: Value<Identity>, added: Listing<Value<number | string>>): Value<Identity> =>
  added.items.length === 0 && added.open === undefined ? user : map(user, ({ uid, groups }) => ({ uid, groups: { items: [...groups.items, ...numbers(added).items], ...openBy(groups.open ?? added.open) } }));

const numbers = (list: Listing<Value<number | string>>): Listing<Value<number | string>> => ({ ...list, items: list.items.map((group) => map(group, numberOr)) });
const numberOr = (text: string | number | boolean): number | string => (/^\d{1,10}$/.test(String(text)) ? Number(text) : String(text));

const together = <T>(one: Listing<T>, other: Listing<T>): Listing<T> => ({ items: [...one.items, ...other.items], ...openBy(one.open ?? other.open) });

/** Why a setting that is not written may be set all the same. */
const unseen = (runner: Runner, at: Span): Origin | undefined => (runner.inView ? runner.services.open : written(at));

/** A setting that is a text; known to be undefined where it is empty or not written. */
function text(runner: Runner, name: string, at: Span): Value<string | undefined> {
  const value = runner.setting(name);
  if (value === undefined) return runner.executor === 'custom' ? unknown('setting', runner.executorBy) : known(undefined, written(at));
  return map(value, (one): string | undefined => (String(one) === '' ? undefined : String(one)));
}

/** A setting that is a list of texts; open where it is not in view. */
export function listed(runner: Runner, name: string, at: Span): Listing<Value<string>> {
  const value = runner.setting(name);
  if (value === undefined) return { items: [], ...openBy(unseen(runner, at)) };
  const items = choices(value).flatMap((option) => String(option.value).split(',').filter((one) => one !== '').map((one) => known(one, option.origin)));
  return { items: value.kind === 'one-of' ? items.map((item) => resting(item, value.origin)) : items, ...openBy(value.kind === 'unknown' ? value.origin : undefined) };
}
