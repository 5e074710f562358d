import { realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/** Links to the current version, by the path of a version: Homebrew, fnm, snap, mise. */
const LINKS: readonly (readonly [version: RegExp, links: readonly string[]])[] = [
  [/^(.+)\/Cellar\/(node(?:@\d+)?)\/[^/]+\/bin\/node$/, ['$1/opt/$2/bin/node', '$1/bin/node']],
  [/^(.+)\/node-versions\/[^/]+\/installation\/bin\/node$/, ['$1/aliases/default/bin/node']],
  [/^(\/snap\/[^/]+)\/\d+\/(.+)$/, ['$1/current/$2']],
  [
    /^(.+\/installs\/node)\/(\d+)\.[^/]+\/bin\/node$/,
    ['$1/lts/bin/node', '$1/$2/bin/node', '$1/latest/bin/node'],
  ],
];

/** Directories of fnm, made for one shell and removed after it. */
const OF_ONE_SHELL = /fnm_multishells/;

/** A directory of one version. */
const OF_ONE_VERSION = /\/(?:node[@-])?v?\d+\.\d+[^/]*(?:\/|$)|^\/nix\/store\//;

/**
 * A path to the same program as `node` that an upgrade leaves in place, such as a version manager's link to the current
 * version; `node` itself if there is none. Node.js knows itself by the real path, which for most version managers names
 * one version.
 */
export function lastingPath(
  node: string,
  { home, path = '' }: { home: string; path: string | undefined },
): string {
  if (!OF_ONE_VERSION.test(dirname(node)) && !LINKS.some(([version]) => version.test(node))) return node;
  const links = LINKS.flatMap(([version, names]) =>
    version.test(node) ? names.map((name) => node.replace(version, name)) : [],
  );
  const onPath = path
    .split(delimiter)
    .filter((directory) => isAbsolute(directory) && !OF_ONE_SHELL.test(directory))
    .map((directory) => join(directory, 'node'));
  const others = [join(home, '.nvm/current/bin/node'), join(home, '.nix-profile/bin/node')];
  return (
    [...links, ...onPath, ...others].find((link) => !OF_ONE_VERSION.test(link) && isSame(link, node)) ?? node
  );
}

function isSame(link: string, node: string): boolean {
  try {
    return realpathSync(link) === realpathSync(node);
  } catch {
    return false; // no such link
  }
}
