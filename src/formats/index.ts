import { compose } from './compose/index.ts';
import { dockerfile } from './dockerfile.ts';
import type { Format } from './format.ts';
import { gitlab } from './gitlab/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { runnerConfig } from './runner-config.ts';

/** The formats, in the order in which they are asked. */
export const formats: readonly Format[] = [dockerfile, compose, gitlab, runnerConfig, kubernetes];

/** Whether a path may be one of a format at all: what is not is never opened. */
export const worthReading = (path: string): boolean => /\.ya?ml$|\.(?:sh|bash)$|(?:config|runner)[^/]*\.toml$|(?:^|\/)(?:docker-)?compose[^/]*\.json$|(?:^|\/)(?:dockerfile|containerfile)[^/]*$|\.(?:dockerfile|containerfile)$/i.test(path);
