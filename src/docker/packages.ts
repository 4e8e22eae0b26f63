import { type PackageContents, type PackageManager, packages } from './package-table.ts';

export type { PackageContents, PackageManager } from './package-table.ts';

/**
 * What a package of this name gives; version pins (`=`, `~=`, `==`, `@`, `/suite`, `-24.0` of dnf) and extras do not
 * count. Of a manager that is not known, what all managers that have the name agree on. Undefined for a package that
 * has nothing to do with Docker.
 */
export function packageGives(manager: PackageManager | undefined, name: string): PackageContents | undefined {
  const bare = unpinned(manager, name);
  const rows = packages.filter((row) => row.names.includes(bare) && (manager === undefined || row.managers.includes(manager)));
  const [first, ...others] = rows.map(({ gives }) => gives);
  if (first === undefined) return undefined;
  return others.reduce(common, first);
}

function common(one: PackageContents, other: PackageContents): PackageContents {
  const kept = (['cli', 'daemon', 'compose', 'buildx'] as const).filter((field) => one[field] !== undefined && one[field] === other[field]);
  const recommends = [...new Set([...(one.recommends ?? []), ...(other.recommends ?? [])])];
  return { ...Object.fromEntries(kept.map((field) => [field, one[field]])), ...(recommends.length > 0 ? { recommends } : {}), by: one.by };
}

function unpinned(manager: PackageManager | undefined, name: string): string {
  const plain = name.toLowerCase().trim();
  if (plain.includes('://') || plain.includes('docker.com')) return plain.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  const cut = manager === 'npm' && plain.startsWith('@') ? plain : (/^[^=~<>!@/\s[;]+/.exec(plain)?.[0] ?? plain);
  return manager === 'dnf' || manager === 'yum' || manager === undefined ? cut.replace(/-\d+(?:[:.].*)?$/, '') : cut;
}
