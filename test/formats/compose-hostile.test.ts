import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Span } from '../../src/text/slice.ts';
import { lowered } from './lowered.ts';
import { busy } from '../busy.ts';

const sound = [
  'x-base: &base\n  image: docker:${V:-28}-dind\nservices:\n  a:\n    <<: *base\n    privileged: yes\n    command: ["sh", "-c", "docker info && x"]\n    environment: [A=1, B, "C=${C:-d}"]\n    volumes: ["./a:/a:ro", "v:/v", {type: bind, source: /x, target: /y}]\n  b: {extends: a, networks: {n: {aliases: [docker]}}, ports: ["2375:2375"], depends_on: {a: {condition: service_healthy}}}\nvolumes: {v: {external: true}}\nnetworks: {n: }\n',
  'include: [compose.yaml]\nservices:\n  docker:\n    image: "docker:dind"\n    healthcheck: {test: docker info, interval: 5s}\n    volumes_from: [docker, container:x]\n    network_mode: service:docker\n    links: [docker]\n    user: ${UID}:${GID:-1}\n',
  'docker:\n  image: docker:18\n  command: >-\n    --mtu\n    1400\nweb: {build: {context: ., args: [A=b]}, links: ["docker:d"]}\n',
];

/** Every place that the result mentions. */
function placesIn(root: unknown): readonly Span[] {
  const seen = new Set<unknown>();
  const places: Span[] = [];
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    // Whatever has these three is a place.
    if ('start' in next && 'end' in next && 'source' in next) places.push(next as Span);
    else for (const one of next instanceof Map ? next.values() : Object.values(next)) if (one !== undefined && one !== null) waiting.push(one as unknown);
  }
  return places;
}

test('cut, doubled and broken files throw nothing and point inside themselves', () => {
  const bit = fc.constantFrom(':', '- ', '{', '[', '"', "'", '\n', '\t', '$', '${', '}', '*base', '&a ', '<<: ', '|', '>', '\0', '{{', '\ue000', '!reset ', '#', '\r\n', '? ', '...');
  const change = fc.tuple(fc.nat(3), fc.nat(700), fc.nat(30), bit);
  fc.assert(
    fc.property(fc.constantFrom(...sound), fc.array(change, { minLength: 1, maxLength: 4 }), (start, changes) => {
      let text = start;
      for (const [kind, offset, length, put] of changes) {
        const at = offset % (text.length + 1);
        const to = Math.min(text.length, at + length);
        text = kind === 0 ? text.slice(0, at) + text.slice(to) : kind === 1 ? text.slice(0, to) + text.slice(at) : kind === 2 ? text.slice(0, at) : text.slice(0, at) + put + text.slice(at);
      }
      const { workloads, problems } = lowered({ 'compose.yaml': text });
      for (const { start: from, end, source } of placesIn([workloads, problems])) expect(from >= 0 && from <= end && end <= source.text.length).toBe(true);
    }),
    { numRuns: 600, seed: 11 },
  );
});

// Generous, since a busy machine must not fail it: what is meant never ends at all.
describe('in bounded time', () => {
  const service = (body: string): string => `services: {a: {image: "docker:cli", ${body}}}`;
  test.each([
    ['many variables', service(`command: "${'$A'.repeat(100_000)}"`)],
    ['variables in variables', service(`hostname: "${'${A:-'.repeat(5_000)}${'}'.repeat(5_000)}"`)],
    ['variables that never end', service(`hostname: "${'${A:-'.repeat(50_000)}"`)],
    ['dollar signs', service(`hostname: "${'$ '.repeat(50_000)}"`)],
    ['templates', service(`hostname: "${'{{x}}'.repeat(20_000)}"`)],
    ['braces', service(`hostname: "${'{{'.repeat(50_000)}"`)],
    ['private-use characters', service(`hostname: "${'\ue000'.repeat(50_000)}${'$A'.repeat(500)}"`)],
    ['words', service(`command: "${'a '.repeat(50_000)}"`)],
    ['words of variables', service(`command: "${'${A:-b} '.repeat(10_000)}"`)],
    ['ports and volumes', service(`ports: ["${'1'.repeat(50_000)}", "1-65535:1-65535"], volumes: ["${'a:'.repeat(20_000)}"]`)],
    ['extends in a row', `services:\n${Array.from({ length: 300 }, (_, index) => `  s${index}: {extends: s${index + 1}}`).join('\n')}`],
    ['volumes_from in a circle', `services:\n${Array.from({ length: 300 }, (_, index) => `  s${index}: {image: x, volumes: ["v${index}:/v${index}"], volumes_from: [s${(index + 1) % 300}]}`).join('\n')}`],
    ['namespaces in a circle', `services:\n${Array.from({ length: 300 }, (_, index) => `  s${index}: {image: x, network_mode: "service:s${(index + 1) % 300}"}`).join('\n')}`],
    ['profiles', `services:\n${Array.from({ length: 200 }, (_, index) => `  s${index}: {image: x, container_name: c, profiles: [p${index}]}`).join('\n')}`],
  ])('%s', (_, text) => {
    const started = busy();
    lowered({ 'compose.yaml': text });
    expect(busy() - started).toBeLessThan(10_000);
  });

  test('files that include and extend one another', () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}/compose.yaml`, `include: [../f${(index + 1) % 30}/compose.yaml, ../f${(index + 2) % 30}/compose.yaml]\nservices: {s${index}: {image: x, extends: {service: s${(index + 1) % 30}, file: ../f${(index + 1) % 30}/compose.yaml}}}\n`]));
    const started = busy();
    lowered(files, 'f0/compose.yaml');
    expect(busy() - started).toBeLessThan(10_000);
  });
});
