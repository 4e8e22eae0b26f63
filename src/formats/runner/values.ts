import { type Value, known, map, sole, unknown, written } from '../../value/value.ts';
import type { Section, Setting } from './tree.ts';

type Flat = readonly [name: string, value: Value<string | number | boolean>];

/** How many settings of one runner are kept. */
const most = 2_000;

/**
 * Every setting of a runner by its name: those of its executor's own section as they are called there, others with the names of the
 * sections around them, `feature_flags.FF_NETWORK_PER_BUILD`. A list of texts is one text, with commas between them; the sections of
 * a list have their numbers in their names, `host_aliases.0.ip`. Tokens are left out.
 */
export function flattened(runner: Section, executor: string): readonly Flat[] {
  const flat: Flat[] = [];
  const walk = (setting: Setting, name: string): void => {
    if (flat.length >= most) return;
    if (setting.kind === 'section') for (const [key, inner] of setting.settings) walk(inner, name === '' ? key : `${name}.${key}`);
    else if (setting.kind === 'leaf') flat.push([name, setting.text.kind === 'unknown' || setting.typed === undefined ? setting.text : known(setting.typed, written(setting.at))]);
    else {
      const texts = setting.items.flatMap((item) => (item.kind === 'leaf' ? [item.text] : []));
      if (texts.length === setting.items.length) flat.push([name, joined(texts, setting)]);
      else for (const [index, item] of setting.items.entries()) walk(item, `${name}.${index}`);
    }
  };
  for (const [key, setting] of runner.settings) if (key !== executor && !/token/.test(key)) walk(setting, key);
  const own = runner.settings.get(executor);
  if (own?.kind === 'section') walk(own, '');
  return flat;
}

function joined(texts: readonly Value<string>[], row: Setting): Value<string> {
  const fog = texts.find((text) => text.kind === 'unknown');
  if (fog !== undefined) return map(fog, () => '');
  if (row.kind === 'row' && row.open !== undefined) return unknown('unreadable', row.open);
  return known(texts.map((text) => sole(text) ?? '').join(','), written(row.at));
}
