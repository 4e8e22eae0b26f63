import type { Setting } from '../../model/environment.ts';
import type { Words } from '../../model/topology.ts';
import type { Instruction } from '../../syntax/dockerfile/index.ts';
import { blankSeparated, jsonStrings, pairs } from '../../syntax/dockerfile/words.ts';
import type { Slice, Span } from '../../text/slice.ts';
import { known, sole, written } from '../../value/value.ts';
import { note } from './accounts.ts';
import { argumentValue } from './arguments.ts';
import { copy } from './copy.ts';
import { declared } from './document.ts';
import { installedBy } from './packages.ts';
import { processWords, runOf, scriptAt, wordOf } from './run.ts';
import { type Building, absolute, expanded, variableIn } from './stage.ts';

/** Lets one instruction change the stage; those that change nothing of the model pass. */
export function follow(building: Building, instruction: Instruction): void {
  steps[instruction.keyword]?.(building, instruction);
}

const steps: Readonly<Record<string, (building: Building, instruction: Instruction) => void>> = {
  ADD: copied,
  COPY: copied,
  ARG(building, instruction) {
    const lookup = variableIn(building);
    for (const argument of declared(instruction, building.build.document.tree)) building.args.set(argument.name, argumentValue(building.build, argument, lookup, building.globals));
  },
  ENV(building, { rest }) {
    // All of one instruction see the variables as they were before it.
    const settings = pairs(rest, building.build.document.tree.escape).map(({ name, value }): readonly [string, Setting] => {
      return [name, { value: expanded(building, value), at: value.text === '' ? rest.span() : value.span() }];
    });
    for (const [name, setting] of settings) building.own.set(name, setting);
  },
  USER(building, { rest }) {
    if (rest.text !== '') building.userWord = expanded(building, rest);
  },
  WORKDIR(building, { rest }) {
    if (rest.text !== '') building.workingDirectory = absolute(expanded(building, rest), building.workingDirectory);
  },
  VOLUME(building, { rest }) {
    for (const word of jsonStrings(rest) ?? blankSeparated(rest)) {
      const path = expanded(building, word);
      if (!building.volumes.some((volume) => volume.kind === 'known' && volume.value === sole(path))) building.volumes.push(path);
    }
  },
  SHELL(building, { rest }) {
    const words = jsonStrings(rest);
    if (words !== undefined && words.length > 0) building.shell = words.map(wordOf);
  },
  ENTRYPOINT(building, instruction) {
    const words = processWordsOf(building, instruction.rest);
    building.entrypoint = known(words, written(instruction.rest.span()));
    // An ENTRYPOINT empties the CMD of the image below it. https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    if (!building.commandSetHere) building.command = known(undefined, written(instruction.rest.span()));
    building.sets = { entrypoint: true, command: building.commandSetHere };
    building.waitsForDaemon = inView(building, words) ? known(false, written(instruction.rest.span())) : building.base.waitsForDaemon;
  },
  CMD(building, instruction) {
    building.command = known(processWordsOf(building, instruction.rest), written(instruction.rest.span()));
    building.commandSetHere = true;
    building.sets = { ...building.sets, command: true };
  },
  HEALTHCHECK(building, { rest }) {
    const [kind] = blankSeparated(rest);
    const at = rest.span();
    if (kind?.text.toUpperCase() === 'NONE') building.health = known(undefined, written(at));
    if (kind?.text.toUpperCase() !== 'CMD') return;
    const check = rest.slice(rest.text.length - rest.text.slice(rest.text.indexOf(kind.text) + kind.text.length).trimStart().length);
    building.health = known({ test: known(processWordsOf(building, check), written(check.span())), at }, written(at));
  },
  ONBUILD(building, { trigger }) {
    if (trigger !== undefined && !['ONBUILD', 'FROM', 'MAINTAINER'].includes(trigger.keyword)) building.triggers.push(trigger);
  },
  RUN(building, instruction) {
    const { items, open } = runOf(building, instruction);
    for (const invocation of items) {
      building.invocations.push(invocation);
      note(building.accounts, invocation);
      const installed = installedBy(invocation, building.installs);
      building.installs.push(...installed.items);
      building.installsOpen ??= installed.open;
    }
    building.invocationsOpen ??= open;
    building.installsOpen ??= open;
    const { rest, script } = instruction;
    const text = `${rest.text}\n${script.text}`;
    if (text.includes(daemonConfig)) addConfig(building, text, rest.span());
    if (/\bNOPASSWD\b/.test(text)) building.installs.push(known('sudo without password', written(rest.span())));
  },
};

function copied(building: Building, instruction: Instruction): void {
  copy(building, instruction);
  const config = scriptAt(building.build, daemonConfig, building.copies);
  if (config !== undefined) addConfig(building, config.text, instruction.rest.span());
}

const daemonConfig = '/etc/docker/daemon.json';

/** Notes that the image brings a configuration of its daemon's storage, by this text. */
function addConfig({ installs }: Building, text: string, at: Span): void {
  if (/"(?:data-root|graph|storage-driver)\b/.test(text.replaceAll('\\"', '"')) && !installs.some((one) => sole(one) === 'daemon.json')) installs.push(known('daemon.json', written(at)));
}

const processWordsOf = ({ shell }: Building, text: Slice): Words => (text.text === '' ? [] : processWords(shell, text));

/** Whether what the entrypoint runs can be read here: a script of the repository, or the text of a shell form. */
function inView({ build, copies, shell }: Building, words: Words): boolean {
  const [first] = words;
  if (first === undefined) return true;
  if (words.length === shell.length + 1 && words.at(-1)?.slice !== undefined && first === shell[0]) return true;
  return first.kind === 'known' && scriptAt(build, first.value.startsWith('/') ? first.value : `/usr/local/bin/${first.value}`, copies) !== undefined;
}
