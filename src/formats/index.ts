import { dockerfile } from './dockerfile/index.ts';
import type { Format } from './format.ts';
import { jenkins } from './jenkins/index.ts';
import { ofYaml } from './of-yaml.ts';

/** The formats, in the order in which they are asked. */
export const formats: readonly Format[] = [dockerfile, ...ofYaml, jenkins];
