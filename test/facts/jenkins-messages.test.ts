import { expect, test } from 'vitest';
import type { Setting } from '../../src/docker/assumptions.ts';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';

/** What this rule says of a Jenkinsfile, message by message. */
function messages(rule: string, Jenkinsfile: string, settings: Readonly<Record<string, Setting>> = {}): readonly string[] {
  const project = openProject(memoryWorkspace({ Jenkinsfile }), settings);
  return lint(project, rules, { rules: new Map(), ignore: [], minCertainty: 'possible' }).findings.filter((one) => one.rule.id === rule).map(({ message }) => message);
}

test.each([
  ['docker rm -f $(docker ps -aq)', 'removes every container'],
  ['docker stop $(docker ps -q)', 'stops every running container'],
  ['docker ps -q | xargs docker stop', 'stops every running container'],
  ['docker container kill $(docker ps -q)', 'kills every running container'],
  ['docker rmi -f $(docker images -q)', 'removes every image'],
  ['docker volume rm $(docker volume ls -q)', 'removes every volume'],
])('`%s` %s', (command, does) => expect(messages('destructive-on-shared-daemon', `node { sh '${command}' }`)).toEqual([`a node ${does} on the Jenkins agent's engine`]));
