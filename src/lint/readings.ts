import type { Reading, Workload } from '../model/topology.ts';
import type { Subject } from '../rule/rule.ts';
import type { Judged } from './yielding.ts';

/**
 * The findings, where one that is not so in every reading of its file, at its place or of its subject, is possible at most, and one
 * that is less certain in some reading is no more certain than there.
 */
export function inEveryReading(judged: readonly Judged[]): readonly Judged[] {
  const worlds = new Map<string, Map<Workload, number>>();
  const keysOf = ({ rule, finding: { at, about } }: Judged, { file }: Reading): readonly string[] => [at, 'client' in about ? about.client.at : about.at].map(({ source, start, end }, index) => `${file} ${rule.id} ${index} ${source.path} ${start} ${end}`);
  for (const one of judged) {
    const workload = workloadOf(one.finding.about);
    if (workload?.reading === undefined) continue;
    for (const key of keysOf(one, workload.reading)) {
      const sure = worlds.get(key) ?? new Map<Workload, number>();
      worlds.set(key, sure.set(workload, Math.max(sure.get(workload) ?? 0, certainties.indexOf(one.certainty))));
    }
  }
  return judged.map((one) => {
    const reading = workloadOf(one.finding.about)?.reading;
    if (reading === undefined) return one;
    const everywhere = keysOf(one, reading).map((key) => {
      const sure = [...(worlds.get(key)?.values() ?? [])];
      return sure.length >= reading.of ? Math.min(...sure) : 0;
    });
    const certainty = certainties[Math.min(certainties.indexOf(one.certainty), Math.max(...everywhere))];
    return certainty === undefined || certainty === one.certainty ? one : { ...one, certainty };
  });
}

/** From the least on. */
const certainties = ['possible', 'likely', 'certain'] as const;

function workloadOf(subject: Subject): Workload | undefined {
  if ('client' in subject) return workloadOf(subject.client);
  if ('reaches' in subject) return subject.in.kind === 'container' ? subject.in.workload : undefined;
  if ('runsIn' in subject) return subject.runsIn.kind === 'container' ? subject.runsIn.workload : undefined;
  if (subject.kind === 'container') return subject.workload;
  return subject.kind === 'machine' || subject.kind === 'ignore' ? undefined : subject;
}
