import { describe, expect, test } from 'vitest';
import { Slice } from '../../src/text/slice.ts';

describe('slices joined', () => {
  const whole = Slice.of({ path: 'a', text: 'one two' });
  const one = whole.cut([{ start: 0, end: 3 }]);
  const two = whole.cut([{ start: 4, end: 7 }]);

  test('one that stands in several places is kept apart in all of them', () => {
    const joined = Slice.joined([one, two, one, one], '\n');
    expect(joined.text).toBe('one\ntwo\none\none');
    for (const start of [0, 8, 12]) expect(joined.span(start, start + 3)).toMatchObject({ start: 0, end: 3 });
    expect(joined.span(4, 7)).toMatchObject({ start: 4, end: 7 });
  });
});
