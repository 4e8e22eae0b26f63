import { compose } from './compose/index.ts';
import type { Format } from './format.ts';
import { gitlab } from './gitlab/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { runnerConfig } from './runner/index.ts';

/** The formats that are YAML, or may hold some, in the order in which they are asked. */
export const ofYaml: readonly Format[] = [compose, gitlab, runnerConfig, kubernetes];
