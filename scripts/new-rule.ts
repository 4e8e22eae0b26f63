import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [wanted = ''] = process.argv.slice(2);
const [, area = '', id = ''] = /^([a-z]+)\/([a-z0-9]+(?:-[a-z0-9]+){1,3})$/.exec(wanted) ?? [];
const file = join(process.cwd(), 'rules', area, `${id}.ts`);

if (id === '') complain('npm run new AREA/RULE, e.g. endpoint/tls-port-mismatch: the rule is two to four words that name the mistake');
else if (existsSync(file)) complain(`rules/${wanted}.ts is there already`);
else {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, scaffold(id));
  process.stdout.write(`rules/${wanted}.ts\nWrite its examples, watch them fail (npx vitest run test/rules.test.ts -t ${id}), write check, then npm run generate.\n`);
}

function complain(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 2;
}

/** A rule whose examples fail until `check` is written. */
function scaffold(name: string): string {
  return `import { called, holds, rule, when } from '../../src/rule.ts';

export default rule({
  id: '${name}',
  title: 'The problem in one line, without a full stop',
  severity: 'warning',

  docs: {
    what: 'What the rule finds, in the words of the files.',
    why: 'What happens when it is left as it is, and how that shows.',
    instead: 'What to write in its place.',
    facts: [],
  },

  examples: [
    {
      title: 'The commonest way to make the mistake',
      verdict: 'bad',
      files: {
        'compose.yaml': \`
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: «true»
        \`,
      },
    },
    {
      title: 'Another cause of the same',
      verdict: 'bad',
      files: {
        'compose.yaml': \`
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: «true»
        \`,
      },
    },
    {
      title: 'As it is right',
      verdict: 'good',
      files: {
        'compose.yaml': \`
          services:
            docker:
              image: docker:28.5.2-dind
              privileged: true
        \`,
      },
    },
  ],

  *check({ workloads }) {
    for (const container of workloads.flatMap(({ containers }) => containers.items)) {
      yield* when(holds(container.privileged, () => false, \`\${called(container)} is privileged\`), {
        about: container,
        at: container.privileged.origin.at,
        message: \`\${called(container)} does what is wrong, in fewer than ninety characters\`,
      });
    }
  },
});
`;
}
