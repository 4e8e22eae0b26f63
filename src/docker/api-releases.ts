/** The API versions of a line of releases, up to the next row. */
export interface ApiRow {
  /** The first release of the row. */
  readonly since: string;
  /** The newest API version that both its daemon and its client speak. */
  readonly highest: string;
  /** The lowest that its daemon accepts by default. */
  readonly daemonLowest: string;
  /** The lowest that its client speaks. */
  readonly clientLowest: string;
  readonly source: string;
}

const matrix = 'https://docs.docker.com/reference/api/engine/#api-version-matrix';
const moby = (tag: string): string => `https://github.com/moby/moby/blob/${tag}/api/common.go`;
const mobySince29 = (tag: string): string => `https://github.com/moby/moby/blob/${tag}/daemon/config/config.go`;
const notes29 = 'https://docs.docker.com/engine/release-notes/29/';

const row = (since: string, highest: string, daemonLowest: string, clientLowest: string, source: string): ApiRow => ({ since, highest, daemonLowest, clientLowest, source });
/** Before 1.12 a client spoke its own version only. */
const rigid = (since: string, api: string): ApiRow => row(since, api, '1.12', api, matrix);

/** API versions by release, oldest first; the last row's release is the newest one known. */
export const apiReleases: readonly ApiRow[] = [
  rigid('1.0', '1.12'),
  rigid('1.1', '1.13'),
  rigid('1.2', '1.14'),
  rigid('1.3', '1.15'),
  rigid('1.4', '1.16'),
  rigid('1.5', '1.17'),
  rigid('1.6', '1.18'),
  rigid('1.7', '1.19'),
  rigid('1.8', '1.20'),
  rigid('1.9', '1.21'),
  rigid('1.10', '1.22'),
  rigid('1.11', '1.23'),
  row('1.12', '1.24', '1.12', '1.12', matrix),
  row('1.13.0', '1.25', '1.12', '1.12', matrix),
  row('1.13.1', '1.26', '1.12', '1.12', matrix),
  row('17.03.0', '1.26', '1.12', '1.12', matrix),
  row('17.03.2', '1.27', '1.12', '1.12', matrix),
  row('17.04', '1.28', '1.12', '1.12', matrix),
  row('17.05', '1.29', '1.12', '1.12', matrix),
  row('17.06', '1.30', '1.12', '1.12', matrix),
  row('17.07', '1.31', '1.12', '1.12', matrix),
  row('17.09', '1.32', '1.12', '1.12', matrix),
  row('17.10', '1.33', '1.12', '1.12', matrix),
  row('17.11', '1.34', '1.12', '1.12', matrix),
  row('17.12', '1.35', '1.12', '1.12', matrix),
  row('18.02', '1.36', '1.12', '1.12', matrix),
  row('18.03', '1.37', '1.12', '1.12', matrix),
  row('18.06', '1.38', '1.12', '1.12', matrix),
  row('18.09', '1.39', '1.12', '1.12', moby('v18.09.9')),
  row('19.03', '1.40', '1.12', '1.12', moby('v19.03.15')),
  row('20.10', '1.41', '1.12', '1.12', moby('v20.10.24')),
  row('22.06', '1.42', '1.12', '1.12', moby('v23.0.6')),
  row('24.0', '1.43', '1.12', '1.12', moby('v24.0.9')),
  row('25.0', '1.44', '1.24', '1.12', moby('v25.0.5')),
  row('26.0', '1.45', '1.24', '1.12', moby('v26.1.4')),
  row('27.0', '1.46', '1.24', '1.12', moby('v27.1.2')),
  row('27.2', '1.47', '1.24', '1.12', moby('v27.5.1')),
  row('28.0', '1.48', '1.24', '1.12', moby('v28.0.4')),
  row('28.1', '1.49', '1.24', '1.12', moby('v28.1.1')),
  row('28.2', '1.50', '1.24', '1.12', moby('v28.2.2')),
  row('28.3', '1.51', '1.24', '1.12', moby('v28.5.2')),
  row('29.0', '1.52', '1.44', '1.44', mobySince29('docker-v29.1.5')),
  row('29.2', '1.53', '1.44', '1.44', mobySince29('docker-v29.2.1')),
  row('29.3', '1.54', '1.40', '1.40', mobySince29('docker-v29.3.1')),
  row('29.6', '1.55', '1.40', '1.40', mobySince29('docker-v29.7.2')),
  // From here on by the release notes and the main branch; nothing there speaks of another floor.
  row('29.8', '1.56', '1.40', '1.40', notes29),
  row('29.10', '1.57', '1.40', '1.40', notes29),
];

/** The first release that the table says nothing of. */
export const afterApiReleases = '30.0';
