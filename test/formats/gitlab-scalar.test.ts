import { expect, test } from 'vitest';
import { scalarText } from '../../src/formats/gitlab/scalar.ts';
import { env, job, main, piped } from './gitlab-lowered.ts';

/** What `ruby -ryaml -e 'puts YAML.load(ARGV[0]).to_s'` prints. */
test.each([
  ['text', 'text'],
  ['20.10', '20.1'],
  ['3.0', '3.0'],
  ['28', '28'],
  ['20.10.7', '20.10.7'],
  ['.5', '0.5'],
  ['5.', '5.0'],
  ['.', '.'],
  ['-.', '-.'],
  ['+1.50', '1.5'],
  ['1.0e+2', '100.0'],
  ['1.0e2', '1.0e2'],
  ['1.0e+20', '1.0e+20'],
  ['0.00001', '1.0e-05'],
  ['1_000', '1000'],
  ['1,000.50', '1000.5'],
  ['012', '10'],
  ['03334444456', '460474670'],
  ['08', '08'],
  ['0', '0'],
  ['-0x1F', '-31'],
  ['0b101', '5'],
  ['0x', '0x'],
  ['0b_', '0b_'],
  ['22:22', '80520'],
  ['2375:2375', '2375:2375'],
  ['1:02:03', '3723'],
  ['yes', 'true'],
  ['Off', 'false'],
  ['TRUE', 'true'],
  ['yes!', 'yes!'],
  [':2375', '2375'],
  ['::', ':'],
  [':', ':'],
  ['-', '-'],
  ['--tls=false', '--tls=false'],
  ['12345678901234567890', '12345678901234567890'],
  ['0'.repeat(1_000_000), '0'.repeat(1_000_000)],
])('%.30s is %.30s', (written, read) => expect(scalarText(written)).toBe(read));

test('a variable is what is read, and quotes keep what is written', () => {
  const container = main(job(piped('variables: {A: 20.10, B: "20.10", C: !!str 20.10, D: {value: on}}\na: {image: "docker:$A", script: "docker ps $A", parallel: {matrix: [{E: [3.10]}]}}\n'), 'a'));
  expect(['A', 'B', 'C', 'D', 'E'].map((name) => env(container, name))).toEqual(['20.1', '20.10', '20.10', 'true', '3.1']);
});
