import type { Report, Reported } from '../../src/reports/report.ts';
import { rule } from '../../src/rule/rule.ts';
import type { Subject } from '../../src/rule/rule.ts';
import type { Source, Span } from '../../src/text/slice.ts';
import { certainty, claim, type Claim } from '../../src/value/claim.ts';
import { assumed, derived, implied, written } from '../../src/value/value.ts';

export const compose: Source = {
  path: 'ci/compose.yaml',
  text: 'services:\n  docker: { image: "docker:dind" }\n  build:\n    environment:\n\tDOCKER_HOST: tcp://docker:2375\n',
};
export const base: Source = { path: 'base.yaml', text: 'x: tcp://docker:2375\n' };

/** The first place where this text stands in the source. */
export function span(source: Source, text: string): Span {
  const start = source.text.indexOf(text);
  return { source, start, end: start + text.length };
}

export const tlsByDefault = { says: 'docker:dind serves TLS unless told otherwise', source: 'https://example.org/tls' };
const fresh = { key: 'registry.fresh', says: 'a tag that moves is the newest release known' };
export const sampleRule = rule({ id: 'tls-port-mismatch', title: 'A port', severity: 'error', docs: { what: 'What.', why: 'Why.', instead: 'Instead.', facts: [] }, examples: [], check: () => [] });

/** A finding about one thing, as `lint` gives it. */
export function found(at: Span, message: string, because: Claim, more: Partial<Reported> = {}): Reported {
  // Reports only ask what it is called.
  const about = { called: 'service `build`' } as Subject;
  return { claim: because, about, at, message, rule: sampleRule, severity: 'error', certainty: certainty(because), assumes: [], fingerprint: 'f'.repeat(32), ...more };
}

export const chain: Claim = {
  truth: 'yes',
  because: [
    ...claim('service `build` dials tcp://docker:2375', derived(span(compose, 'tcp://docker:2375'), [written(span(compose, 'tcp://docker:2375')), written(span(base, 'tcp://docker:2375'))])).because,
    ...claim('service `docker` speaks TLS there', implied(span(compose, 'docker:dind'), tlsByDefault)).because,
    ...claim('service `docker` is new', assumed(span(compose, 'docker:dind'), fresh)).because,
  ],
};

export const mismatch = found(span(compose, 'tcp://docker:2375'), 'service `build` dials 2375, service `docker` listens on 2376', chain, { assumes: ['registry.fresh'] });

export function report(parts: Partial<Report> = {}): Report {
  return { findings: [mismatch], suppressed: [], hidden: 0, problems: [], sources: new Map(), rules: [sampleRule], files: { considered: 5, read: 2, byFormat: { compose: 2 } }, ...parts };
}

export const plain = { colour: false, quiet: false, version: '1.2.3' };
