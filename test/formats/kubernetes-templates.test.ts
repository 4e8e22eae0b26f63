import { describe, expect, test } from 'vitest';
import { unmasked } from '../../src/formats/kubernetes/template.ts';
import { Slice } from '../../src/text/slice.ts';
import { container, podWith, project } from './kubernetes-lowered.ts';
import { plain, textAt } from './lowered.ts';
import { busy } from '../busy.ts';

/** The ways in which a text comes out, holes as `<expression>`. */
const ways = (text: string): readonly string[] =>
  unmasked(Slice.of({ path: 'a.yaml', text })).map(({ slice, holes }) => [...slice.text].map((character) => { const hole = holes.get(character); return hole === undefined ? character : `<${String(plain(hole)).slice(1, -1)}>`; }).join(''));

describe('a template', () => {
  test.each([
    ['a: b', ['a: b']],
    ['a: {b: {c: d}}', ['a: {b: {c: d}}']],
    ['a: {{ .x }}', ['a: <.x>']],
    ['a: "{{ .x }}:{{- .y -}}"', ['a: "<.x>:<.y>"']],
    ['a: {{ "}}" | quote }}', ['a: <"}}" | quote>']],
    ['a: {{/* no }} here */}}b', ['a: b']],
    ['{{ $x := 1 }}a: b', ['a: b']],
    ['{{ if .x }}a{{ else }}b{{ end }}', ['a', 'b']],
    ['{{ if .x }}a{{ else if .y }}b{{ else }}c{{ end }}', ['a', 'c']],
    ['{{- range .x }}a{{ end }}b', ['ab', 'b']],
    ['{{ if .x }}{{ with .y }}a{{ else }}b{{ end }}c{{ end }}', ['ac', '']],
    ['{{ define "x" }}a{{ end }}b', ['b']],
    ['{{ end }}a{{ else }}', ['a']],
    ['{% if x %}a{% else %}b{% endif %}{{ y }}', ['a<y>', 'b<y>']],
    ['a: {{ .x', ['a: {{ .x']],
    ['a:\n  {{- toYaml .x | nindent 2 }}\n', ['a:\n  ? []\n']],
    ['a:\n- b\n{{- toYaml .x | nindent 0 }}\n', ['a:\n- b\n- <toYaml .x | nindent 0>\n']],
    ['a:\n{{ toYaml .x | indent 2 }}\n  b: c\n', ['a:\n  ? []\n  b: c\n']],
    ['a:\n  {{- toYaml .x | nindent 2 }}\n  - b\n', ['a:\n  - <toYaml .x | nindent 2>\n  - b\n']],
  ])('%j', (text, all) => expect(ways(text)).toEqual(all));
});

describe('what a template leaves', () => {
  const chart = (inside: string): string => podWith(inside).replace('metadata: {name: p}', 'metadata: {name: {{ .Release.Name }}}');

  test.each([
    ['securityContext:\n  {{- toYaml .Values.s | nindent 8 }}', '?'],
    ['securityContext: {{- toYaml .Values.s | nindent 8 }}', '?'],
    ['securityContext:\n  privileged: {{ .Values.p }}', '<.Values.p>'],
    ['securityContext:\n  privileged: true\n  {{- toYaml .Values.s | nindent 8 }}', true],
    ['{{- toYaml .Values.all | nindent 6 }}', '?'],
    ['{{- with .Values.args }}\nargs: [{{ . }}]\n{{- end }}', false],
  ])('%j', (inside, privileged) => expect(plain(container(project(chart(inside)), 'c').privileged)).toBe(privileged));

  test('is told in its own place', () => {
    const { privileged } = container(project(chart('securityContext:\n  privileged: {{ .Values.p }}')), 'c');
    expect(textAt(privileged.origin.at)).toBe('{{ .Values.p }}');
  });

  test('gives a list that may be longer', () => {
    const { env } = container(project(chart('env:\n  - {name: A, value: a}\n  {{- toYaml .Values.env | nindent 8 }}')), 'c');
    expect([plain(env.get('A')), env.get('B').kind]).toEqual(['a', 'unknown']);
  });

  test('is read in two ways where it branches, and complained of in none', () => {
    const all = project(chart('{{- if .Values.p }}\nsecurityContext: {privileged: true}\n{{- else }}\nenv: [}\n{{- end }}'));
    expect(all.topology.workloads.map(({ reading }) => reading?.of)).toEqual([2, 2]);
    expect(all.problems).toEqual([]);
  });

  test('is read in one where the whole of it does', () => {
    const all = project(`{{- if .Values.on }}\n${chart('')}\n{{- end }}\n`);
    expect(all.topology.workloads.map(({ reading }) => reading)).toEqual([undefined]);
  });
});

describe('hostile input ends soon', () => {
  const many = (count: number, one: (index: number) => string): string => Array.from({ length: count }, (_, index) => one(index)).join('');
  const head = 'apiVersion: v1\nkind: Pod # docker\nmetadata: {name: p}\nspec:\n  containers:\n';
  test.each<[string, Readonly<Record<string, string>>]>([
    ['nesting', { 'a.yaml': `${head}  - ${'['.repeat(50_000)}` }],
    ['lists in lists', { 'a.yaml': many(5_000, (index) => `${' '.repeat(index)}items:\n`).replace(/^/, 'apiVersion: v1\nkind: List\n') }],
    ['aliases', { 'a.yaml': `${head}  - &a0 {name: c, image: docker}\n${many(40, (index) => `  - &a${index + 1} {name: c, image: docker, x: [${`*a${index}, `.repeat(9)}*a${index}]}\n`)}` }],
    ['an alias inside what it names', { 'a.yaml': `${head}  - &a {name: c, image: docker, env: *a, volumeMounts: [*a]}\n` }],
    ['twenty thousand containers', { 'a.yaml': head + many(20_000, (index) => `  - {name: c${index}, image: "docker:dind"}\n`) }],
    ['twenty thousand pods', { 'a.yaml': many(20_000, (index) => `---\n{apiVersion: v1, kind: Pod, metadata: {name: p${index}}, spec: {containers: [{name: c, image: "docker:dind"}]}}\n`).slice(0, 1_000_000) }],
    ['conditions in conditions', { 'a.yaml': `${head}${'{{ if .x }}'.repeat(50_000)}` }],
    ['actions without an end', { 'a.yaml': `${head}${'{{ '.repeat(100_000)}` }],
    ['comments without an end', { 'a.yaml': `${head}${'{{/* '.repeat(100_000)}` }],
    ['printed lines', { 'a.yaml': head + '{{ toYaml .x | nindent 2 }}\n'.repeat(20_000) }],
    ['many variables', { 'a.yaml': `${head}  - {name: c, image: docker, args: ["${'$(A)'.repeat(20_000)}"], env: [${many(2_000, (index) => `{name: V${index}, value: "$(V${index - 1})"}, `)}{name: A, value: $(A)}]}\n` }],
    ['overlays of overlays', { 'a.yaml': `${head}  - {name: c, image: docker}\n`, 'kustomization.yaml': `patches: [${'{path: a.yaml}, {path: kustomization.yaml}, '.repeat(2_000)}]\n` }],
    ['odd shapes', { 'a.yaml': 'apiVersion: v1\nkind: Pod # docker\nmetadata: []\nspec:\n  containers: [null, 1, [], {}, {name: [], image: {}, env: 1, args: {}, volumeMounts: [1, {}], ports: x, securityContext: [], lifecycle: 1, startupProbe: x}]\n  volumes: {a: b}\n  initContainers: x\n  hostAliases: [1, {ip: [], hostnames: 1}]\n' }],
    ['names of the prototype', { 'a.yaml': 'apiVersion: v1\nkind: constructor\n---\napiVersion: v1\nkind: Pod # docker\n__proto__: {a: b}\nspec: {containers: [{name: __proto__, image: docker, env: [{name: constructor, value: a}], volumeMounts: [{name: toString, mountPath: /}]}]}\n' }],
  ])('%s', (_, files) => {
    const start = busy();
    const { problems } = project(files);
    expect(problems.filter(({ message }) => message.includes('internal'))).toEqual([]);
    // Twice what the largest takes on a busy machine, most of it in the YAML parser.
    expect(busy() - start).toBeLessThan(20_000);
  });
});
