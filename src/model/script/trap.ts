import type { Span } from '../../text/slice.ts';
import { known, written } from '../../value/value.ts';
import type { Reading, Situation } from './reading.ts';
import { type State, copy } from './state.ts';
import { tolerated } from './walk.ts';
import type { Words } from '../topology.ts';

/** Has what `trap` is given for the end of the shell run after all else: `trap 'docker rm -f db' EXIT`. Its failing changes nothing. */
export function trap(reading: Reading, words: Words, at: Span, state: State, situation: Situation): void {
  const [handler, ...signals] = words.slice(1).filter((word, index) => index > 0 || word.kind !== 'known' || !/^-[-lp]+$/.test(word.value));
  const atEnd = signals.some((signal) => signal.kind === 'known' && /^(?:(?:SIG)?EXIT|0)$/i.test(signal.value));
  if (handler === undefined || !atEnd || (handler.kind === 'known' && /^-?$/.test(handler.value))) return;
  reading.atEnd.push(() => reading.run([known('eval', written(at)), handler], at, { ...copy(state), ended: undefined }, tolerated(situation, at)));
}
