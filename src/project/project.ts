import type { Setting } from '../docker/assumptions.ts';
import { formats } from '../formats/index.ts';
import type { Workspace } from '../sources/workspace.ts';
import { type Project, openedWith } from './opened.ts';

export type { Project } from './opened.ts';

/**
 * Reads what the workspace holds and puts its topology together. `named` are files that are read whatever they are
 * called; `assume` settles assumptions by key. Never throws for what stands in a file.
 */
export const openProject = (workspace: Workspace, assume: Readonly<Record<string, Setting>>, named: Iterable<string> = []): Project => openedWith(formats, workspace, assume, named);
