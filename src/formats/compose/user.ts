import type { Context } from '../format.ts';
import type { Identity } from '../../model/topology.ts';
import { type Listing, type Value, chain, known, map, openBy, unknown } from '../../value/value.ts';
import { textAt, valuesAt } from './read.ts';
import { type TreeMap, setting } from './tree.ts';

/** Who a service runs as: its own `user`, else its image's, with what `group_add` adds. */
export function userOf(service: TreeMap, image: Value<Identity>, context: Context): Value<Identity> {
  const added = groupsOf(service, context);
  const tree = setting(service, 'user');
  const own = tree === undefined ? (service.open === undefined ? image : unknown('unreadable', service.open)) : identityOf(textAt(tree, context));
  return map(own, ({ uid, groups }) => ({ uid, groups: { items: [...groups.items, ...added.items], ...openBy(groups.open ?? added.open) } }));
}

/** `UID[:GID]`, numbers or names. Without a group the image's /etc/group may add more. */
export function identityOf(text: Value<string>): Value<Identity> {
  return chain(text, (spelled): Value<Identity> => {
    const [user = '', group] = spelled.trim().split(':');
    if (user === '' && (group ?? '') === '') return unknown('unreadable', text.origin);
    const uid = user === '' ? 0 : numberOr(user);
    const groups: Listing<Value<number | string>> = group === undefined || group === '' ? (uid === 0 || uid === 'root' ? { items: [] } : { items: [], open: text.origin }) : { items: [known(numberOr(group), text.origin)] };
    return known({ uid, groups }, text.origin);
  });
}

function groupsOf(service: TreeMap, context: Context): Listing<Value<number | string>> {
  const { items, open } = valuesAt(setting(service, 'group_add'), context);
  return { items: items.map((group) => map(group, (text) => numberOr(text.trim()))), ...openBy(open) };
}

const numberOr = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

