import { describe, expect, test } from 'vitest';
import { apiFact, apiVersion, cliApi, compareApi, daemonAccepts, daemonApi, daemonApiFacts, understandEachOther } from '../../src/docker/api-version.ts';
import { apiReleases } from '../../src/docker/api-releases.ts';
import { type Versions, compareVersions, exactly, version } from '../../src/docker/version.ts';

const release = (text: string): Versions => exactly(version(text) ?? [0, 0, 0]);
const from = (text: string, until?: string): Versions => ({ from: version(text) ?? [0, 0, 0], ...(until === undefined ? {} : { until: version(until) ?? [0, 0, 0] }) });

describe('the API of one release', () => {
  test.each([
    ['1.6.2', '1.12', '1.18', '1.18'],
    ['1.11.2', '1.12', '1.23', '1.23'],
    ['1.12.6', '1.12', '1.24', '1.12'],
    ['1.13.0', '1.12', '1.25', '1.12'],
    ['1.13.1', '1.12', '1.26', '1.12'],
    ['17.03.1', '1.12', '1.26', '1.12'],
    ['17.03.2', '1.12', '1.27', '1.12'],
    ['17.04.0', '1.12', '1.28', '1.12'],
    ['17.05.0', '1.12', '1.29', '1.12'],
    ['17.06.2', '1.12', '1.30', '1.12'],
    ['17.07.0', '1.12', '1.31', '1.12'],
    ['17.09.1', '1.12', '1.32', '1.12'],
    ['17.10.0', '1.12', '1.33', '1.12'],
    ['17.11.0', '1.12', '1.34', '1.12'],
    ['17.12.1', '1.12', '1.35', '1.12'],
    ['18.01.0', '1.12', '1.35', '1.12'],
    ['18.02.0', '1.12', '1.36', '1.12'],
    ['18.03.1', '1.12', '1.37', '1.12'],
    ['18.05.0', '1.12', '1.37', '1.12'],
    ['18.06.3', '1.12', '1.38', '1.12'],
    ['18.09.9', '1.12', '1.39', '1.12'],
    ['19.03.15', '1.12', '1.40', '1.12'],
    ['20.10.24', '1.12', '1.41', '1.12'],
    ['22.06.0', '1.12', '1.42', '1.12'],
    ['23.0.6', '1.12', '1.42', '1.12'],
    ['24.0.9', '1.12', '1.43', '1.12'],
    ['25.0.5', '1.24', '1.44', '1.12'],
    ['26.0.2', '1.24', '1.45', '1.12'],
    ['26.1.4', '1.24', '1.45', '1.12'],
    ['27.1.2', '1.24', '1.46', '1.12'],
    ['27.2.0', '1.24', '1.47', '1.12'],
    ['27.5.1', '1.24', '1.47', '1.12'],
    ['28.0.4', '1.24', '1.48', '1.12'],
    ['28.1.1', '1.24', '1.49', '1.12'],
    ['28.2.2', '1.24', '1.50', '1.12'],
    ['28.3.0', '1.24', '1.51', '1.12'],
    ['28.5.2', '1.24', '1.51', '1.12'],
    ['29.0.4', '1.44', '1.52', '1.44'],
    ['29.1.5', '1.44', '1.52', '1.44'],
    ['29.2.1', '1.44', '1.53', '1.44'],
    ['29.3.0', '1.40', '1.54', '1.40'],
    ['29.5.3', '1.40', '1.54', '1.40'],
    ['29.6.2', '1.40', '1.55', '1.40'],
    ['29.7.2', '1.40', '1.55', '1.40'],
    ['29.8.0', '1.40', '1.56', '1.40'],
    ['29.10.0', '1.40', '1.57', '1.40'],
  ])('%s: daemon %s to %s, client from %s', (text, lowest, highest, client) => {
    expect(daemonApi(release(text))).toEqual({ lowest, highest });
    expect(cliApi(release(text))).toEqual({ lowest: client, highest });
    expect(apiFact(release(text))?.says).toContain(`${lowest} to ${highest}`);
  });

  test('the rows stand in order, each with a page', () => {
    const sorted = [...apiReleases].sort((a, b) => compareVersions(version(a.since) ?? [0, 0, 0], version(b.since) ?? [0, 0, 0]));
    expect(sorted).toEqual(apiReleases);
    expect(apiReleases.every(({ source }) => source.startsWith('https://'))).toBe(true);
    expect(daemonApiFacts.every(({ source }) => source.startsWith('https://'))).toBe(true);
  });
});

describe('the API of a set', () => {
  test.each([
    ['one row of two releases', from('28.3.0', '28.5.3'), { lowest: '1.24', highest: '1.51' }],
    ['all of 29', from('29.0.0', '30.0.0'), { lowest: '1.40', highest: '1.57', varies: true }],
    ['the moving newest', from('29.7.2'), { lowest: '1.40', highest: '1.57', varies: true }],
    ['24 and 25', from('24.0.0', '26.0.0'), { lowest: '1.12', highest: '1.44', varies: true }],
    ['releases newer than the table', from('30.0.0', '31.0.0'), undefined],
  ])('%s', (_, versions, expected) => expect(daemonApi(versions)).toEqual(expected));

  test('several rows have no fact of their own', () => expect(apiFact(from('29.0.0', '30.0.0'))).toBeUndefined());
});

describe('daemonAccepts', () => {
  test.each([
    ['29.2.1', '1.43', 'no'],
    ['29.2.1', '1.44', 'yes'],
    ['29.3.0', '1.43', 'yes'],
    ['29.3.0', '1.40', 'yes'],
    ['29.3.0', '1.39', 'no'],
    ['29.7.2', '1.24', 'no'],
    ['28.5.2', '1.24', 'yes'],
    ['28.5.2', '1.23', 'no'],
    ['24.0.9', '1.12', 'yes'],
    ['24.0.9', '1.44', 'no'],
    ['20.10.24', 'v1.41', 'yes'],
    ['20.10.24', '41', 'no'],
  ])('%s and %s: %s', (daemon, api, expected) => expect(daemonAccepts(release(daemon), api)).toBe(expected));

  test('a set answers for all of its rows', () => {
    expect(daemonAccepts(from('29.0.0', '30.0.0'), '1.41')).toBe('maybe');
    expect(daemonAccepts(from('29.0.0', '30.0.0'), '1.38')).toBe('no');
    expect(daemonAccepts(from('29.0.0', '30.0.0'), '1.45')).toBe('yes');
    expect(daemonAccepts(from('29.7.2'), '1.24')).toBe('no');
    expect(daemonAccepts(from('31.0.0'), '1.45')).toBe('maybe');
  });
});

describe('understandEachOther', () => {
  test.each([
    // 29.0 to 29.2 refuse commands up to 24, and their own command daemons up to 24.
    ['24.0.9', '29.0.4', 'no'],
    ['20.10.24', '29.2.1', 'no'],
    ['19.03.14', '29.1.5', 'no'],
    ['25.0.5', '29.2.1', 'yes'],
    ['29.2.1', '24.0.9', 'no'],
    ['29.0.4', '25.0.5', 'yes'],
    // From 29.3 on the floor is that of 19.03.
    ['24.0.9', '29.3.0', 'yes'],
    ['19.03.15', '29.7.2', 'yes'],
    ['18.09.9', '29.3.0', 'no'],
    ['18.06.3', '29.7.2', 'no'],
    ['29.3.0', '19.03.15', 'yes'],
    ['29.7.2', '18.09.9', 'no'],
    ['29.2.1', '29.7.2', 'yes'],
    // All else negotiates.
    ['28.2.2', '20.10.24', 'yes'],
    ['20.10.24', '28.5.2', 'yes'],
    ['17.06.2', '28.5.2', 'yes'],
    ['28.5.2', '17.06.2', 'yes'],
    ['1.11.2', '28.5.2', 'no'],
  ])('command %s, daemon %s: %s', (client, daemon, expected) => expect(understandEachOther(release(client), release(daemon))).toBe(expected));

  test('sets that straddle answer maybe, unless no pair does', () => {
    expect(understandEachOther(release('24.0.9'), from('29.0.0', '30.0.0'))).toBe('maybe');
    expect(understandEachOther(release('18.09.9'), from('29.0.0', '30.0.0'))).toBe('no');
    expect(understandEachOther(release('24.0.9'), from('29.7.2'))).toBe('yes');
    expect(understandEachOther(from('30.0.0'), release('29.7.2'))).toBe('maybe');
  });
});

test.each([
  ['1.9', '1.44', -1],
  ['1.44', '1.44', 0],
  ['v1.44', '1.44.0', 0],
  ['1.52', '1.44', 1],
  ['2.0', '1.99', 1],
  ['41', '1.41', 1],
  ['abc', '1.12', -1],
])('compareApi %s, %s', (a, b, sign) => expect(Math.sign(compareApi(a, b))).toBe(sign));

test('apiVersion knows one when it sees one', () => expect(['1.44', 'v1.41', '1.41.0', ' 1.40 ', '41', 'abc', '', '1.x'].filter(apiVersion)).toEqual(['1.44', 'v1.41', '1.41.0', ' 1.40 ']));
