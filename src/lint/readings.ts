import type { Reading, Workload } from '../model/topology.ts';
import type { Subject } from '../rule/rule.ts';
import type { Judged } from './yielding.ts';

/** The findings, where one that is not so in every reading of its file, at its place or of its subject, is possible at most. */
export function inEveryReading(judged: readonly Judged[]): readonly Judged[] {
  const worlds = new Map<string, Set<Workload>>();
  const keysOf = ({ rule, finding: { at, about } }: Judged, { file }: Reading): readonly string[] => [at, 'client' in about ? about.client.at : about.at].map(({ source, start, end }, index) => `${file} ${rule.id} ${index} ${source.path} ${start} ${end}`);
  for (const one of judged) {
    const workload = workloadOf(one.finding.about);
    if (workload?.reading === undefined) continue;
    for (const key of keysOf(one, workload.reading)) worlds.set(key, (worlds.get(key) ?? new Set()).add(workload));
  }
  return judged.map((one) => {
    const reading = workloadOf(one.finding.about)?.reading;
    return reading === undefined || keysOf(one, reading).some((key) => (worlds.get(key)?.size ?? 0) >= reading.of) ? one : { ...one, certainty: 'possible' };
  });
}

function workloadOf(subject: Subject): Workload | undefined {
  if ('client' in subject) return workloadOf(subject.client);
  if ('reaches' in subject) return subject.in.kind === 'container' ? subject.in.workload : undefined;
  if ('runsIn' in subject) return subject.runsIn.kind === 'container' ? subject.runsIn.workload : undefined;
  if (subject.kind === 'container') return subject.workload;
  return subject.kind === 'machine' ? undefined : subject;
}
