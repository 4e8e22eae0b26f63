import { describe, expect, test } from 'vitest';
import { type Files, many, survives } from './hostile.ts';

const head = 'image: docker:28.5.2-cli\nservices: ["docker:28.5.2-dind"]\n';
const runner = (text: string): Files => ({ 'config.toml': text, '.gitlab-ci.yml': `${head}a: {script: docker info}\n` });

const hostile: Readonly<Record<string, () => Files>> = {
  '20,000 runners': () => runner(many(20_000, (i) => `[[runners]]\nname = "r${i}"\nexecutor = "docker"\n[runners.docker]\nprivileged = true`)),
  '20,000 runners and 500 jobs': () => ({ 'config.toml': many(20_000, (i) => `[[runners]]\nname = "r${i}"\nexecutor = "docker"\n[runners.docker]\nprivileged = true`), '.gitlab-ci.yml': head + many(500, (i) => `j${i}: {script: docker info, tags: [t${i}]}`) }),
  '200 runners and 500 jobs': () => ({ 'config.toml': many(200, (i) => `[[runners]]\nname = "r${i}"\nexecutor = "docker"\ntags = ["t${i}"]\n[runners.docker]\nprivileged = true`), '.gitlab-ci.yml': head + many(500, (i) => `j${i}: {script: docker info}`) }),
  'inline tables, deep': () => runner(`[[runners]]\nexecutor = "docker"\ndocker = ${'{a = '.repeat(5_000)}1${'}'.repeat(5_000)}\n`),
  'inline tables, too deep': () => runner(`[[runners]]\nexecutor = "docker"\ndocker = ${'{a = '.repeat(100_000)}1${'}'.repeat(100_000)}\n`),
  'arrays, deep': () => runner(`[[runners]]\nexecutor = "docker"\n[runners.docker]\nvolumes = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`),
  'arrays that never end': () => runner(`[[runners]]\nexecutor = "docker"\n[runners.docker]\nvolumes = ${'['.repeat(100_000)}\n`),
  'dotted keys, deep': () => runner(`[[runners]]\nexecutor = "docker"\n${many(20_000, () => 'a', '.')} = 1\n`),
  'dotted headers, deep': () => runner(`[[runners]]\nexecutor = "docker"\n[runners.${many(20_000, () => 'a', '.')}]\nx = 1\n`),
  'dotted keys, wide': () => runner(`[[runners]]\nexecutor = "docker"\n${many(20_000, (i) => `docker.a${i} = 1`)}\n`),
  '1 MiB of a string': () => runner(`[[runners]]\nexecutor = "docker"\n[runners.docker]\nvolumes = ["${'/a:'.repeat(350_000)}"]\n`),
  '1 MiB of escapes': () => runner(`[[runners]]\nexecutor = "docker"\n[runners.docker]\nvolumes = ["${'\\u0061'.repeat(170_000)}"]\n`),
  '1 MiB of lines': () => runner(`[[runners]]\nexecutor = "docker"\npre_build_script = """\n${'docker info\n'.repeat(90_000)}"""\n`),
  '1 MiB of an unended string': () => runner(`[[runners]]\nexecutor = "docker"\npre_build_script = """\n${'docker info"\n'.repeat(80_000)}`),
  '1 MiB of quotes': () => runner(`[[runners]]\nexecutor = "docker"\nx = ${'"'.repeat(1_000_000)}\n`),
  '20,000 volumes': () => runner(`[[runners]]\nexecutor = "docker"\n[runners.docker]\nvolumes = [${many(20_000, (i) => `"/v${i}:/w${i}"`, ',')}]\n`),
  '20,000 volumes of pods': () => runner(`[[runners]]\nexecutor = "kubernetes"\n[runners.kubernetes]\n${many(20_000, (i) => `[[runners.kubernetes.volumes.empty_dir]]\nname = "v${i}"\nmount_path = "/v${i}"`)}\n`),
  '20,000 services': () => runner(`[[runners]]\nexecutor = "docker"\n[runners.docker]\n${many(20_000, (i) => `[[runners.docker.services]]\nname = "docker:28.5.2-dind"\nalias = "a${i}"`)}\n`),
  '20,000 variables': () => runner(`[[runners]]\nexecutor = "docker"\nenvironment = [${many(20_000, (i) => `"V${i}=$V${i + 1}"`, ',')}]\n`),
  '20,000 keys of one name': () => runner(`[[runners]]\nexecutor = "docker"\n${many(20_000, () => 'x = 1')}\n`),
  '20,000 patterns of images': () => runner(`[[runners]]\nexecutor = "docker"\n[runners.docker]\nprivileged = true\nallowed_privileged_services = [${many(20_000, (i) => `"${'*a'.repeat(20)}${i}"`, ',')}]\n`),
  'a bad pattern of images': () => runner(`[[runners]]\nexecutor = "docker"\n[runners.docker]\nprivileged = true\nallowed_privileged_services = ["${'*'.repeat(50)}${'{a,b}'.repeat(40)}x", "${'**/'.repeat(30)}z"]\n`),
  'in a chart': () => ({ 'values.yaml': `gitlabUrl: https://gitlab.example.org\nrunners:\n  config: |\n${many(20_000, (i) => `    [[runners]]\n    name = "r${i}"\n    executor = "kubernetes"`)}\n`, '.gitlab-ci.yml': `${head}a: {script: docker info}\n` }),
  '2,000 configurations': () => Object.fromEntries<string>([...Array.from({ length: 2_000 }, (_, i): [string, string] => [`r${i}/config.toml`, '[[runners]]\nexecutor = "docker"\n[runners.docker]\nprivileged = true\n'] as const), ['.gitlab-ci.yml', `${head}${many(100, (i) => `j${i}: {script: docker info}`)}\n`] as const]),
  'registrations': () => ({ 'register.sh': many(20_000, (i) => `gitlab-runner register -n --executor docker --docker-privileged --name r${i}`), '.gitlab-ci.yml': `${head}a: {script: docker info}\n` }),
};

describe('a runner’s configuration that is made to do harm', () => {
  test.each(Object.entries(hostile))('%s', { timeout: 120_000 }, (_, make) => void survives(make()));
});

describe('what is left out is told', () => {
  test.each<[string, string]>([
    ['20,000 runners', 'too large to be read'],
    ['inline tables, deep', 'nested too deep to be read'],
    ['1 MiB of a string', 'too large to be read'],
  ])('%s', (title, message) => expect(survives(hostile[title]?.() ?? {}).join('\n')).toContain(message));
});
