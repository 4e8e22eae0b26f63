import { readYaml } from '../syntax/yaml/index.ts';
import type { Option } from '../docker/command-line.ts';
import { type Value, choices, known, sole, written } from '../value/value.ts';
import type { Container, DaemonOption, DaemonSetting, Listener } from './topology.ts';

/** Where dockerd looks for its configuration where nobody says otherwise. */
const usual = '/etc/docker/daemon.json';

/** The keys of the daemon.json that a daemon with these options reads in this container; undefined where it is not in view. */
export function settingsOf(container: Container, flags: readonly Option[]): readonly DaemonSetting[] | undefined {
  const told = flags.findLast(({ name }) => name === 'config-file')?.value;
  const path = told === undefined ? usual : sole<string>(told);
  const text = path === undefined ? undefined : container.file?.(path);
  const root = text === undefined ? undefined : readYaml(text).documents[0]?.root;
  return root?.kind === 'map' ? root.entries.map(({ key }) => ({ name: key.text, at: key.span })) : undefined;
}

/** What dockerd is given: the options of its words, behind those that the image's script puts before them. */
export function optionsOf(container: Container, flags: readonly Option[], adds: boolean, speech: Value<Listener['speaks']>): readonly DaemonOption[] {
  const at = container.image.origin.at;
  const own = flags.map(({ name, value, at: place }): DaemonOption => ({ name, ...(value === undefined ? {} : { value }), by: 'words', at: value?.slice?.span() ?? place }));
  if (!adds) return own;
  const script = (name: string, text?: string): DaemonOption => ({ name, ...(text === undefined ? {} : { value: known(text, written(at)) }), by: 'image', at });
  const spoken = choices(speech).map(({ value }) => value);
  const tls = spoken.length > 0 && spoken.every((one) => one !== 'plain');
  const plain = spoken.length > 0 && spoken.every((one) => one === 'plain');
  return [
    script('host'),
    ...(tls ? [script('host', 'tcp://0.0.0.0:2376'), script('tlsverify'), script('tlscacert'), script('tlscert'), script('tlskey')] : plain ? [script('host', 'tcp://0.0.0.0:2375')] : []),
    ...own,
  ];
}
