import { readFileSync } from 'node:fs';
import { lint } from '../src/lint/lint.ts';
import { openProject } from '../src/project/project.ts';
import { memoryWorkspace } from '../src/sources/workspace.ts';
import { rules } from './every-rule.ts';

/** One row of the table: a client with its settings, a daemon, and what the client met. */
export interface Cell {
  readonly client: 'entrypoint' | 'bare';
  readonly DOCKER_HOST: string | null;
  readonly DOCKER_TLS_VERIFY: string | null;
  readonly DOCKER_CERT_PATH: string | null;
  readonly daemon: 'tls' | 'plain';
  readonly certsShared: boolean;
  readonly outcome: 'OK' | 'CERT' | 'H>T' | 'REFUSED' | 'NOSOCK' | 'NXD' | 'SAN';
}

// The file's own head says what its columns mean.
const { cells: rows } = JSON.parse(readFileSync(new URL('tls-truth.json', import.meta.url), 'utf8')) as { readonly cells: readonly Cell[] };

/** Every cell of the table, as real engines filled it. */
export const cells: readonly Cell[] = rows;

/** The rules that name the cause of what the client met: one, or none where it was answered. */
export const expected = (cell: Cell): readonly string[] => [cause(cell) ?? []].flat();

function cause(cell: Cell): string | undefined {
  const { client, outcome, daemon } = cell;
  if (outcome === 'OK') return undefined;
  if (outcome === 'NOSOCK') return 'no-daemon';
  // Nobody is there, whatever the client stumbled over before it got that far.
  if (/nosuchhost|localhost/.test(cell.DOCKER_HOST ?? '')) return 'unresolvable-daemon-host';
  // Without a host and an entrypoint that picks one, the CLI dials itself.
  if (client === 'bare' && cell.DOCKER_HOST === null) return 'no-daemon';
  if (outcome === 'SAN') return 'tls-san-mismatch';
  if (outcome === 'CERT') return daemon === 'tls' ? 'tls-certs-not-shared' : 'tls-port-mismatch';
  const entrypointWouldVerify = client === 'entrypoint' && (cell.DOCKER_TLS_VERIFY ?? '') === '' && cell.DOCKER_CERT_PATH === null;
  if (outcome === 'H>T') return entrypointWouldVerify ? 'tls-certs-not-shared' : 'tls-verify-missing';
  // Refused: at the port that the entrypoint fell back to, or at the one that was written.
  return cell.DOCKER_HOST === null ? 'tls-certs-not-shared' : 'tls-port-mismatch';
}

/** A cell in one line, as a test is called. */
export const name = ({ client, daemon, certsShared, outcome, ...variables }: Cell): string =>
  `${client}, ${daemon} daemon, certificates ${certsShared ? 'shared' : 'not shared'}, ${Object.entries(variables).map(([key, value]) => `${key.replace('DOCKER_', '')}=${value ?? 'unset'}`).join(' ')}: ${outcome}`;

/** The row that differs from this one in what is given; it throws where the table has none. */
export const twin = (cell: Cell, change: Partial<Cell>): Cell => {
  const wanted = { ...cell, ...change };
  const found = cells.find((other) => other.client === wanted.client && other.daemon === wanted.daemon && other.certsShared === wanted.certsShared && other.DOCKER_HOST === wanted.DOCKER_HOST && other.DOCKER_TLS_VERIFY === wanted.DOCKER_TLS_VERIFY && other.DOCKER_CERT_PATH === wanted.DOCKER_CERT_PATH);
  if (found === undefined) throw new Error(`no such cell: ${name(wanted)}`);
  return found;
};

/** What stands in the client's environment: what is null is not written. */
export const variablesOf = ({ DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH }: Cell): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries({ DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH }).filter((entry): entry is [string, string] => entry[1] !== null));

/** The errors of a repository, each as the rule's id, and as `possible …` where it rests on something unknown. */
export function errors(files: Readonly<Record<string, string>>): readonly string[] {
  const { findings, problems } = lint(openProject(memoryWorkspace(files), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'possible' });
  const failed = findings.filter(({ severity }) => severity === 'error').map(({ rule, certainty }) => (certainty === 'possible' ? `possible ${rule.id}` : rule.id));
  return [...problems.map(({ message }) => message), ...failed];
}

/** The cells where what is found is not what is wanted, each with both. */
export const misjudged = (some: readonly Cell[], files: (cell: Cell) => Readonly<Record<string, string>>, wanted: (cell: Cell) => readonly string[] = expected): readonly string[] =>
  some.flatMap((cell) => {
    const found = errors(files(cell));
    return JSON.stringify(found) === JSON.stringify(wanted(cell)) ? [] : [`${name(cell)} — wanted ${wanted(cell).join() || 'nothing'}, found ${found.join() || 'nothing'}`];
  });
