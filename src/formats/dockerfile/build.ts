import { imageReference, type ImageReference } from '../../docker/image-reference.ts';
import { type ImageConfig, eitherImage, emptyImage, publishedImage } from '../../model/image.ts';
import { type Expanded, type Lookup, expand } from '../../syntax/dockerfile/expansion.ts';
import type { Span } from '../../text/slice.ts';
import { type Value, chain, choices, known, unknown, written } from '../../value/value.ts';
import { copyOf, noAccounts } from './accounts.ts';
import { globalArguments } from './arguments.ts';
import type { Stage } from './document.ts';
import { follow } from './instructions.ts';
import { type Build, type Building, type BuiltStage, listing, userNow } from './stage.ts';
import type { Context } from '../format.ts';

/** Every stage up to this one, in order, each built on those before it. */
export function builtStages(build: Build, last: number): readonly BuiltStage[] {
  const globals = globalArguments(build);
  const built: BuiltStage[] = [];
  for (const stage of build.document.stages.slice(0, last + 1)) built.push(builtStage(build, stage, built, globals));
  return built;
}

/** The stages that a `--target` may mean: by name or number, the last one where none is given. */
export function targeted({ document, context }: Build, target: Value<string> | undefined): readonly Stage[] {
  const { stages } = document;
  const last = stages.slice(-1);
  if (target === undefined) return last;
  if (target.kind === 'unknown') return stages.slice(-16);
  return choices(target).flatMap(({ value, origin }) => {
    if (value === '') return last;
    const found = stages.findLast(({ name }) => name === value.toLowerCase()) ?? (/^\d{1,6}$/.test(value) ? stages[Number(value)] : undefined);
    if (found === undefined) context.report({ at: origin.at, message: `no stage of ${context.source === document.slice.source ? 'this file' : document.slice.source.path} is called ${value}` });
    return found === undefined ? last : [found];
  });
}

function builtStage(build: Build, stage: Stage, before: readonly BuiltStage[], globals: Lookup): BuiltStage {
  const image = expand(stage.image, globals, build.document.tree.escape, 'taken');
  const parent = parentOf(image, stage, before);
  const building = beginning(build, stage, before, globals, image, parent);
  for (const trigger of parent?.triggers ?? []) follow(building, trigger);
  for (const instruction of stage.instructions) follow(building, instruction);
  return finished(building);
}

/** The stage of this file that a FROM names. */
function parentOf(image: Value<string>, stage: Stage, before: readonly BuiltStage[]): BuiltStage | undefined {
  if (image.kind !== 'known') return undefined;
  const name = image.value.toLowerCase();
  return before.findLast((built) => built.stage.name === name && built.stage.index < stage.index);
}

function beginning(build: Build, stage: Stage, before: readonly BuiltStage[], globals: Lookup, image: Expanded, parent: BuiltStage | undefined): Building {
  const at = stage.image.span();
  const base = parent === undefined ? baseImage(build, image, before, at) : parent.config;
  return {
    build,
    stage,
    before,
    base,
    own: new Map(),
    args: new Map(parent?.args ?? []),
    globals,
    accounts: parent === undefined ? noAccounts() : copyOf(parent.accounts),
    shell: parent?.shell ?? (isWindows(base) ? ['cmd', '/S', '/C'] : ['/bin/sh', '-c']).map((word) => known(word, written(at))),
    userWord: parent?.userWord,
    workingDirectory: base.workingDirectory,
    entrypoint: base.entrypoint,
    command: base.command,
    health: base.health,
    waitsForDaemon: base.waitsForDaemon,
    sets: { ...(parent?.sets ?? { entrypoint: false, command: false }) },
    commandSetHere: false,
    volumes: [...base.volumes.items],
    copies: [...base.copies.items],
    copiesOpen: base.copies.open,
    installs: [...base.installs.items],
    installsOpen: base.installs.open,
    invocations: [],
    invocationsOpen: undefined,
    triggers: [],
  };
}

/** Whether every reading of the base is a Windows image, whose RUNs no Unix shell reads. */
const isWindows = ({ reference }: ImageConfig): boolean => choices(reference).length > 0 && choices(reference).every(({ value }) => /(?:^|\/)windows(?:\/|$)|nanoserver|windowsservercore/.test(`${value.repository}:${value.tag ?? ''}`));

/** The published image that a FROM names, or, where it may be one of several, stages among them, any of those. */
function baseImage({ context }: Build, image: Value<string>, before: readonly BuiltStage[], at: Span): ImageConfig {
  const setting: Context['setting'] = (key, span) => context.setting(key, span);
  const configs = choices(image).map((option) => {
    const own = before.findLast(({ stage }) => stage.name === option.value.toLowerCase());
    if (own !== undefined) return own.config;
    return option.value === 'scratch' ? emptyImage(at) : fromHere(publishedImage(referenceOf(option), at, setting));
  });
  return configs.length === 0 ? fromHere(publishedImage(referenceOf(image), at, setting)) : eitherImage(configs, image.origin);
}

const referenceOf = (image: Value<string>): Value<ImageReference> =>
  chain(image, (text): Value<ImageReference> => {
    const reference = imageReference(text);
    return reference === undefined ? unknown('unreadable', image.origin) : known(reference, image.origin);
  });

/** The FROM chain goes on out of sight, save where it ends: the official image is built from Alpine, which is no part of it. */
function fromHere(config: ImageConfig): ImageConfig {
  const { reference } = config;
  const ends = choices(reference).length > 0 && choices(reference).every(({ value }) => value.repository === 'docker');
  return { ...config, builtFrom: { items: [reference], ...(ends ? {} : { open: reference.origin }) } };
}

function finished(building: Building): BuiltStage {
  const { base, stage } = building;
  const config: ImageConfig = {
    reference: base.reference,
    builtFrom: base.builtFrom,
    env: [...base.env, ...(building.own.size > 0 ? [{ set: building.own }] : [])],
    entrypoint: building.entrypoint,
    command: building.command,
    user: userNow(building),
    volumes: listing(building.volumes, base.volumes.open),
    workingDirectory: building.workingDirectory,
    health: building.health,
    copies: listing(building.copies, building.copiesOpen),
    installs: listing(building.installs, building.installsOpen),
    waitsForDaemon: building.waitsForDaemon,
    at: stage.image.span(),
  };
  const { args, accounts, shell, triggers, sets, userWord } = building;
  return { stage, config, invocations: listing(building.invocations, building.invocationsOpen), args, accounts, shell, triggers, sets, userWord };
}

