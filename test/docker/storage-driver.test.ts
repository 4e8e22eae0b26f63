import { describe, expect, test } from 'vitest';
import { driverFate, nestingFact, nestsOn, ownChoiceOnLayer, usesContainerdStore } from '../../src/docker/storage-driver.ts';
import { drivers } from '../../src/docker/storage-drivers.ts';
import { type Versions, exactly, version } from '../../src/docker/version.ts';

const release = (text: string): Versions => exactly(version(text) ?? [0, 0, 0]);
const straddling: Versions = { from: [23, 0, 0], until: [30, 0, 0] };

describe('driverFate', () => {
  test.each([
    ['overlay2', '19.03.15', 'works'],
    ['overlay2', '29.7.2', 'works'],
    ['overlay2', '1.11.0', 'never-existed'],
    ['aufs', '23.0.6', 'works'],
    ['aufs', '24.0.0', 'removed'],
    ['aufs', '29.7.2', 'removed'],
    ['overlay', '20.10.24', 'works'],
    ['overlay', '24.0.9', 'removed'],
    ['overlay', '28.5.2', 'removed'],
    ['devicemapper', '24.0.9', 'works'],
    ['devicemapper', '25.0.0', 'removed'],
    ['btrfs', '20.10.24', 'needs-filesystem'],
    ['zfs', '29.7.2', 'needs-filesystem'],
    ['vfs', '28.5.2', 'slow'],
    ['fuse-overlayfs', '19.03.15', 'never-existed'],
    ['fuse-overlayfs', '28.5.2', 'needs-binary'],
    ['overlayfs', '28.5.2', 'never-existed'],
    ['overlayfs', '29.0.0', 'snapshotter'],
    ['native', '29.7.2', 'snapshotter'],
    ['stargz', '28.5.2', 'never-existed'],
    ['stargz', '29.7.2', 'works'],
    ['nosuchdriver', '20.10.24', 'never-existed'],
    ['overlay3', '29.7.2', 'never-existed'],
    ['overlayfs2', '28.5.2', 'never-existed'],
    ['OVERLAY2', '28.5.2', 'never-existed'],
    ['none', '28.5.2', 'never-existed'],
    ['acme/driver:1', '27.5.1', 'works'],
    ['acme/driver:1', '28.0.0', 'removed'],
    ['', '28.5.2', 'works'],
  ])('%s on %s: %s', (driver, text, fate) => {
    const told = driverFate(driver, release(text));
    expect(told.fate).toBe(fate);
    expect(told.by.source).toMatch(/^https:/);
  });

  test.each([
    ['aufs', 'works'],
    ['overlayfs', 'works'],
    ['fuse-overlayfs', 'needs-binary'],
    ['vfs', 'slow'],
    ['nosuchdriver', 'never-existed'],
  ])('a set of releases shares a fate, or %s works', (driver, fate) => expect(driverFate(driver, straddling).fate).toBe(fate));

  test.each([
    ['aufs', 'works'],
    ['overlay2', 'works'],
    ['overlayfs', 'works'],
    ['btrfs', 'needs-filesystem'],
    ['vfs', 'slow'],
    ['overlay3', 'never-existed'],
  ])('releases that are not known: %s %s', (driver, fate) => expect(driverFate(driver, undefined).fate).toBe(fate));

  test('a driver that works is spoken of as one', () => expect(driverFate('overlay2', undefined).by.says).toMatch(/classic/));
});

test.each([
  ['overlay2', 'no', 'yes', 'yes'],
  ['overlayfs', 'no', 'yes', 'yes'],
  ['overlay', 'no', 'yes', 'yes'],
  ['aufs', 'no', 'yes', 'yes'],
  ['vfs', 'yes', 'yes', 'yes'],
  ['native', 'yes', 'yes', 'yes'],
  ['fuse-overlayfs', 'yes', 'yes', 'yes'],
  ['btrfs', 'no', 'maybe', 'no'],
  ['zfs', 'no', 'maybe', 'no'],
  ['devicemapper', 'maybe', 'maybe', 'maybe'],
  ['nosuchdriver', 'maybe', 'maybe', 'maybe'],
] as const)('%s nests on a layer: %s, a volume: %s, memory: %s', (driver, layer, volume, memory) => {
  expect([nestsOn(driver, 'container-layer'), nestsOn(driver, 'volume'), nestsOn(driver, 'memory')]).toEqual([layer, volume, memory]);
});

test('a daemon that chooses itself falls to vfs up to 28, and fails to run from 29 on', () => {
  expect(ownChoiceOnLayer(release('28.5.2'))?.comes).toBe('vfs');
  expect(ownChoiceOnLayer(release('29.0.0'))?.comes).toBe('fails-to-run');
  expect(ownChoiceOnLayer(straddling)).toBeUndefined();
  expect(ownChoiceOnLayer(undefined)).toBeUndefined();
});

test('naming a driver of the old kind switches the containerd store off', () => {
  expect(usesContainerdStore(undefined, release('29.7.2'))).toBe('yes');
  expect(usesContainerdStore('overlayfs', release('29.7.2'))).toBe('yes');
  expect(usesContainerdStore('overlay2', release('29.7.2'))).toBe('no');
  expect(usesContainerdStore(undefined, release('28.5.2'))).toBe('no');
  expect(usesContainerdStore(undefined, straddling)).toBe('maybe');
});

test('every row has a sentence without full stop and a page', () => {
  for (const { by } of [...drivers, { by: nestingFact }]) {
    expect(by.says).not.toMatch(/\.$/);
    expect(by.source).toMatch(/^https:/);
  }
});
