import { expect, test } from 'vitest';
import { assumptionsOf, evidence, placesBehind } from '../../src/lint/evidence.ts';
import { both, claim } from '../../src/value/claim.ts';
import { assumed, derived, implied, written } from '../../src/value/value.ts';

const source = { path: 'a.yaml', text: 'x'.repeat(100) };
const other = { path: 'b.yaml', text: 'x'.repeat(100) };
const at = (start: number, end: number, one = source) => ({ source: one, start, end });
const fact = { says: 'it is so', source: 'https://example.org' };
const fresh = { key: 'registry.fresh', says: 'tags are fresh' };

const deep = derived(at(0, 5), [written(at(1, 4)), derived(at(20, 25, other), [implied(at(20, 25, other), fact), assumed(at(50, 60), fresh)])]);
const chain = both(claim('one', deep), claim('two', written(at(30, 31))), claim('one', deep));

test('a link knows its place, what it came by, and what it leans on, each once', () => {
  expect(evidence(chain)).toEqual([
    { says: 'one', at: at(0, 5), through: [at(20, 25, other), at(50, 60)], facts: [fact], assumes: [fresh] },
    { says: 'two', at: at(30, 31), through: [], facts: [], assumes: [] },
  ]);
});

test('the same sentence of two places is two links', () => {
  expect(evidence(both(claim('one', written(at(0, 1))), claim('one', written(at(2, 3)))))).toHaveLength(2);
});

test('the same sentence of one place joins what each leans on', () => {
  const joined = evidence(both(claim('one', implied(at(0, 1), fact)), claim('one', assumed(at(0, 1), fresh))));
  expect(joined).toEqual([{ says: 'one', at: at(0, 1), through: [], facts: [fact], assumes: [fresh] }]);
});

test('assumptions and places of the whole claim', () => {
  expect(assumptionsOf(chain)).toEqual([fresh]);
  expect(new Set(placesBehind(chain).map((span) => span.source.path))).toEqual(new Set(['a.yaml', 'b.yaml']));
});
