import { expect, test } from 'vitest';
import { plain } from './lowered.ts';
import { piped, ran } from './jenkins-lowered.ts';

/** Where a step stands: `place` undefined where nobody knows; `executed` where it is run by a docker command of that place. */
interface State {
  readonly place: string | undefined;
  readonly executed: number;
  readonly pod: boolean;
  readonly host: string | undefined;
  readonly folder: string;
}

interface Around {
  readonly name: string;
  readonly script: (body: string) => string;
  readonly becomes: (outer: State) => State;
}

const agent = '/home/jenkins/workspace/JOB_NAME';
const start: State = { place: 'the Jenkins agent', executed: 0, pod: false, host: undefined, folder: agent };
const same = (outer: State): State => outer;
const pod = (name: string): string => `podTemplate(label: 'l', containers: [containerTemplate(name: '${name}', image: 'docker:28.5.2-cli', command: 'cat')]) { node('l') { BODY } }`;

/** What may stand around a step, with what it changes. */
const arounds: readonly Around[] = [
  {
    name: 'inside',
    script: (body) => `docker.image('inner:1').inside('-v /a:/a') { ${body} }`,
    becomes: (outer) => (outer.place === undefined ? outer : outer.place === start.place && outer.executed === 0 ? { ...outer, place: 'the container of `inner:1`', pod: false } : { ...outer, executed: outer.executed + 1 }),
  },
  { name: 'withRun', script: (body) => `docker.image('other:1').withRun('-p 1:1') { c -> ${body} }`, becomes: same },
  { name: 'container', script: (body) => `container('x') { ${body} }`, becomes: (outer) => (outer.pod ? { ...outer, place: 'container `x`', executed: 0 } : { ...outer, place: undefined }) },
  { name: 'podTemplate', script: (body) => pod('x').replace('BODY', () => body), becomes: (outer) => ({ ...outer, place: 'container `jnlp`', executed: 0, pod: true, folder: '/home/jenkins/agent/workspace/JOB_NAME' }) },
  { name: 'node', script: (body) => `node('other') { ${body} }`, becomes: (outer) => ({ ...outer, place: start.place, executed: 0, pod: false, folder: agent }) },
  { name: 'withEnv', script: (body) => `withEnv(['DOCKER_HOST=tcp://env:1']) { ${body} }`, becomes: (outer) => ({ ...outer, host: 'tcp://env:1' }) },
  { name: 'dir', script: (body) => `dir('sub') { ${body} }`, becomes: (outer) => ({ ...outer, folder: `${outer.folder}/sub` }) },
  { name: 'withServer', script: (body) => `docker.withServer('tcp://server:2') { ${body} }`, becomes: (outer) => ({ ...outer, host: 'tcp://server:2' }) },
  { name: 'withTool', script: (body) => `docker.withTool('tool') { ${body} }`, becomes: same },
  { name: 'withRegistry', script: (body) => `docker.withRegistry('', 'id') { ${body} }`, becomes: same },
  { name: 'timeout', script: (body) => `timeout(time: 1, unit: 'HOURS') { ${body} }`, becomes: same },
  { name: 'wrap', script: (body) => `wrap([$class: 'AnsiColorBuildWrapper']) { ${body} }`, becomes: same },
  { name: 'an unknown step', script: (body) => `somebodysStep { ${body} }`, becomes: (outer) => ({ ...outer, place: undefined, executed: 0, pod: false }) },
];

/** What only stands outermost. */
const outermost: readonly Around[] = [
  { name: 'a node', script: (body) => `node { ${body} }`, becomes: same },
  { name: 'agent docker', script: (body) => `pipeline { agent { docker { image 'outer:1' } }\nstages { stage('s') { steps { script { ${body} } } } } }`, becomes: (outer) => ({ ...outer, place: 'the container of `outer:1`' }) },
];

const pairs = outermost.flatMap((first) => arounds.flatMap((outer) => arounds.map((inner) => [first.name, outer.name, inner.name, first, outer, inner] as const)));

test.each(pairs)('in %s: %s, and %s in it', (_first, _outer, _inner, first, outer, inner) => {
  const expected = [first, outer, inner].reduce((state, one) => one.becomes(state), start);
  const from = piped(first.script(outer.script(inner.script("sh 'docker probe --it'"))));
  expect(from.problems).toEqual([]);
  const found = ran(from).filter(({ words }) => words.endsWith('docker probe --it'));
  if (expected.place === undefined) return expect(found).toEqual([]);
  // A container that a known daemon runs has the command once more, as its own.
  const [one] = found;
  expect({ place: one?.place, executed: one?.words.split('docker exec').length, host: one && plain(one.invocation.env.get('DOCKER_HOST')), folder: one?.folder }).toEqual({
    place: expected.place,
    executed: expected.executed + 1,
    host: expected.host,
    folder: expected.folder,
  });
});
