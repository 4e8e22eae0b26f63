import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskWorkspace, memoryWorkspace } from '../../src/sources/workspace.ts';

let outside = '';
let root = '';
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'workspace-'));
  root = join(outside, 'root');
  mkdirSync(join(root, 'sub'), { recursive: true });
  writeFileSync(join(root, 'compose.yaml'), 'services: {}\n');
  writeFileSync(join(outside, 'secret.yaml'), 'secret: 1\n');
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

describe('a disk', () => {
  test('gives the same source each time, by its plain path', () => {
    const workspace = diskWorkspace(root);
    const source = workspace.read('compose.yaml');
    expect(source).toEqual({ path: 'compose.yaml', text: 'services: {}\n' });
    expect(workspace.read('./sub/../compose.yaml')).toBe(source);
    expect([...workspace.list()]).toEqual(['compose.yaml']);
    expect(workspace.problems()).toEqual([]);
  });

  test.each(['missing.yaml', 'sub', '.', '', '../secret.yaml', '/etc/passwd', 'sub/../../secret.yaml', 'a\0b', 'compose.yaml/x', `${'x'.repeat(300)}.yaml`])('%j gives nothing, and no problem', (path) => {
    const workspace = diskWorkspace(root);
    expect(workspace.read(path)).toBeUndefined();
    expect(workspace.problems()).toEqual([]);
  });

  test('a byte order mark is no part of the text', () => {
    writeFileSync(join(root, 'bom.yaml'), '\ufeffa: 1\n');
    expect(diskWorkspace(root).read('bom.yaml')?.text).toBe('a: 1\n');
  });

  test('links are followed within the root and no further', () => {
    symlinkSync('compose.yaml', join(root, 'inner.yaml'));
    symlinkSync('../secret.yaml', join(root, 'outer.yaml'));
    symlinkSync(outside, join(root, 'out'));
    symlinkSync('/dev/zero', join(root, 'zero.env'));
    symlinkSync('self.yaml', join(root, 'self.yaml'));
    symlinkSync('gone.yaml', join(root, 'dangling.yaml'));
    const workspace = diskWorkspace(root);
    expect(workspace.read('inner.yaml')?.text).toBe('services: {}\n');
    for (const path of ['outer.yaml', 'out/secret.yaml', 'zero.env', 'self.yaml', 'dangling.yaml']) expect(workspace.read(path)).toBeUndefined();
    expect(workspace.problems().map(({ path, message }) => `${path} ${message}`)).toEqual([
      'outer.yaml is a link out of the project, so it was not read',
      'out/secret.yaml is a link out of the project, so it was not read',
      'zero.env is a link out of the project, so it was not read',
      'self.yaml is a link that leads to itself',
    ]);
  });

  test('a root that is itself a link is one', () => {
    symlinkSync(root, join(outside, 'link'));
    expect(diskWorkspace(join(outside, 'link')).read('compose.yaml')?.text).toBe('services: {}\n');
  });

  test('a pipe is not waited for', () => {
    execFileSync('mkfifo', [join(root, 'pipe.yaml')]);
    const workspace = diskWorkspace(root);
    expect(workspace.read('pipe.yaml')).toBeUndefined();
    expect(workspace.problems()).toMatchObject([{ path: 'pipe.yaml', message: 'is no regular file, so it was not read' }]);
  });

  test('what is too large, no text or closed is a problem where the name says that it is worth reading', () => {
    writeFileSync(join(root, 'large.yaml'), Buffer.alloc((1 << 20) + 1, 'a'));
    writeFileSync(join(root, 'full.yaml'), Buffer.alloc(1 << 20, 'a'));
    writeFileSync(join(root, 'large.bin'), Buffer.alloc((1 << 20) + 1, 'a'));
    writeFileSync(join(root, 'nul.yaml'), 'a\0b');
    writeFileSync(join(root, 'program'), 'a\0b');
    writeFileSync(join(root, 'latin.yaml'), Buffer.from([0x61, 0xe9]));
    const workspace = diskWorkspace(root);
    expect(workspace.read('full.yaml')?.text.length).toBe(1 << 20);
    expect(workspace.read('latin.yaml')?.text).toBe('aé');
    for (const path of ['large.yaml', 'large.bin', 'nul.yaml', 'program']) expect(workspace.read(path)).toBeUndefined();
    expect(workspace.problems().map(({ path, binary }) => [path, binary])).toEqual([['latin.yaml', false], ['large.yaml', false], ['nul.yaml', true]]);
  });

  test('a large file that only defines kinds for Kubernetes is passed over, unless it is named', () => {
    const definition = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n${' '.repeat(1 << 20)}`;
    writeFileSync(join(root, 'crd.yaml'), definition);
    writeFileSync(join(root, 'bundle.yaml'), `kind: Deployment\n---\n${definition}`);
    const told = (named: readonly string[]): readonly string[] => {
      const workspace = diskWorkspace(root, undefined, named);
      for (const path of ['crd.yaml', 'bundle.yaml']) expect(workspace.read(path)).toBeUndefined();
      return workspace.problems().map(({ path }) => path);
    };
    expect(told([])).toEqual(['bundle.yaml']);
    expect(told(['crd.yaml'])).toEqual(['crd.yaml', 'bundle.yaml']);
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read', () => {
    chmodSync(join(root, 'compose.yaml'), 0);
    const workspace = diskWorkspace(root);
    expect(workspace.read('compose.yaml')).toBeUndefined();
    expect(workspace.problems()).toMatchObject([{ message: 'cannot be read: permission denied' }]);
  });

  test('an overlay stands in for files, whether they are there or not; named paths are listed', () => {
    writeFileSync(join(root, '.gitignore'), 'ignored.yaml\n');
    writeFileSync(join(root, 'ignored.yaml'), 'a: 1\n');
    const workspace = diskWorkspace(root, new Map([['compose.yaml', '\ufeffnew: 1'], ['sub/made-up.yaml', 'x: 1']]), ['ignored.yaml']);
    expect(workspace.read('compose.yaml')?.text).toBe('new: 1');
    expect(workspace.read('sub/made-up.yaml')?.text).toBe('x: 1');
    expect([...workspace.list()]).toEqual(['.gitignore', 'compose.yaml', 'ignored.yaml', 'sub/made-up.yaml']);
  });
});

test('in memory', () => {
  const workspace = memoryWorkspace({ 'b.yaml': '\ufeffb', 'a.yaml': 'a', __proto__x: 'c' });
  expect([...workspace.list()]).toEqual(['__proto__x', 'a.yaml', 'b.yaml']);
  expect(workspace.read('./b.yaml')).toEqual({ path: 'b.yaml', text: 'b' });
  expect(workspace.read('x/../a.yaml')).toBe(workspace.read('a.yaml'));
  expect(workspace.read('__proto__')).toBeUndefined();
  expect(workspace.read('../a.yaml')).toBeUndefined();
  expect(workspace.problems()).toEqual([]);
});
