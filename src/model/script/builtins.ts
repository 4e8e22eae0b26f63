import type { Span } from '../../text/slice.ts';
import { known, unknown, written } from '../../value/value.ts';
import { noHoles } from '../../syntax/hole.ts';
import { readable } from '../../docker/command-line-words.ts';
import type { Reading } from './reading.ts';
import { type State, assign, below, setVariable } from './state.ts';
import { pathProbe } from './waits.ts';
import type { Words } from '../topology.ts';

/** Does what a command of the shell itself does to its state; false for a name that is none of these. */
export function builtin(reading: Reading, name: string, words: Words, at: Span, state: State): boolean {
  if (silent.has(name)) return true;
  if (!changing.has(name)) return false;
  const texts = words.map((word) => readable(word).text);
  switch (name) {
    case 'cd':
    case 'pushd':
      return changeFolder(words, texts, at, state);
    case 'popd':
      state.cwd = unknown('variable', written(at));
      return true;
    case 'export':
    case 'declare':
    case 'typeset':
    case 'local':
    case 'readonly':
      declare(name, words, texts, at, state);
      return true;
    case 'alias':
      for (const [index, text] of texts.entries()) {
        const given = /^([^\s=/]+)=\s*(?:sudo\s+)?(\S*)/.exec(text);
        // Whether a script's shell heeds aliases depends on the shell: what the name stands for from here on is not known.
        if (index > 0 && given?.[1] !== undefined && given[2] !== given[1]) state.functions.set(given[1], { body: [], holes: noHoles });
      }
      return true;
    case 'unalias':
      for (const one of texts.slice(1)) state.functions.delete(one);
      return true;
    case 'unset':
      if (texts[1] === '-f') for (const one of texts.slice(2)) state.functions.delete(one);
      else for (const one of texts.slice(1)) if (/^\w+$/.test(one)) assign(state, one, known(undefined, written(at)), at, true);
      return true;
    case 'set':
      options(words, texts, state);
      return true;
    case 'shift': {
      const count = Number(texts[1] ?? 1);
      state.args = state.args.slice(Number.isInteger(count) && count > 0 ? count : 1);
      return true;
    }
    case 'read':
    case 'getopts':
    case 'mapfile':
    case 'readarray':
      for (const one of texts.slice(name === 'getopts' ? 2 : 1)) if (/^[A-Za-z_]\w*$/.test(one)) assign(state, one, { ...unknown('command', written(at)), shape: [{ name: one, varies: 'unknown' }] }, at);
      return true;
    case 'exit':
    case 'return':
      // Only a good end can mean that what was waited for is there.
      if (texts[1] === undefined || texts[1] === '0') reading.seen.push({ kind: 'leave', at });
      state.ended = name === 'exit' ? 'script' : 'function';
      return true;
    case 'break':
      reading.seen.push({ kind: 'leave', at });
      return true;
    case '[':
    case 'test':
      pathProbe(reading, texts.join(' '), at);
      return true;
    default:
      return false;
  }
}

/** Commands that change what we follow. */
const changing = new Set(['cd', 'pushd', 'popd', 'export', 'declare', 'typeset', 'local', 'readonly', 'alias', 'unalias', 'unset', 'set', 'shift', 'read', 'getopts', 'mapfile', 'readarray', 'exit', 'return', 'break', '[', 'test']);

/** Commands of the shell that start nothing and change nothing that we follow. */
const silent = new Set([':', 'true', 'false', 'echo', 'printf', 'pwd', 'wait', 'umask', 'continue', 'let', 'ulimit', 'shopt', 'bind', 'enable', 'history', 'dirs', 'jobs', 'fg', 'bg', 'disown', 'times', 'kill', 'logout', 'complete', 'compgen', 'caller', 'suspend']);

function changeFolder(words: Words, texts: readonly string[], at: Span, state: State): boolean {
  const index = texts.findIndex((text, place) => place > 0 && (!text.startsWith('-') || text === '-'));
  const to = words[index];
  const text = texts[index];
  if (to === undefined || text === undefined || text === '-') state.cwd = { ...unknown('variable', written(at)), shape: [{ name: text === '-' ? 'OLDPWD' : 'HOME', varies: 'unknown' }] };
  else if (text.startsWith('/')) state.cwd = to.kind === 'known' ? known(to.value.replace(/(?<=.)\/+$/, ''), to.origin) : to;
  else if (to.kind === 'known') state.cwd = below(state.cwd, to.value, to.origin);
  else state.cwd = to;
  return true;
}

function declare(name: string, words: Words, texts: readonly string[], at: Span, state: State): void {
  const flags = texts.filter((text, index) => index > 0 && /^[-+]/.test(text)).join('');
  const exported = name === 'export' ? !flags.includes('n') : /-\w*x/.test(flags) ? true : undefined;
  for (const [index, word] of words.entries()) {
    const text = texts[index];
    if (index === 0 || text === undefined || /^[-+]/.test(text)) continue;
    const variable = /^([A-Za-z_]\w*)(\+?=)?/.exec(text);
    const one = variable?.[1];
    if (one === undefined) continue;
    const place = word.slice?.span() ?? at;
    if (variable?.[2] === '=') assign(state, one, readable(word).part(one.length + 1), place, exported);
    else if (variable?.[2] === '+=') assign(state, one, { ...unknown('variable', written(place)), shape: [{ name: one, varies: 'unknown' }] }, place, exported);
    else if (exported !== undefined) {
      const before = state.variables.get(one);
      if (before !== undefined) setVariable(state, one, { ...before, exported });
      else if (!exported) setVariable(state, one, { value: state.base.get(one), exported: false, at: place });
    }
  }
}

/** `set -a`, `set -- a b`. */
function options(words: Words, texts: readonly string[], state: State): void {
  for (let index = 1; index < texts.length; index++) {
    const text = texts[index] ?? '';
    if (text === '--' || !/^[-+]/.test(text)) {
      state.args = words.slice(text === '--' ? index + 1 : index);
      return;
    }
    if (/^-\w*a/.test(text) || (text === '-o' && texts[index + 1] === 'allexport')) state.allExported = true;
    if (/^\+\w*a/.test(text) || (text === '+o' && texts[index + 1] === 'allexport')) state.allExported = false;
    if (/^[-+]\w*o$/.test(text)) index++;
  }
}
