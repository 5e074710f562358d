import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, sep } from 'node:path';
import { shellQuote } from '../cli/shell-quote';
import { fault, FaultError, reasonOf, type Fault } from '../faults/fault';

/** Packages with a native part. */
export type Addon = '@photostructure/sqlite' | 'fs-ext' | 'node-pty';

/** Codes of Node.js for an addon that is missing, or was built for another Node.js or another system. */
const BROKEN: ReadonlySet<unknown> = new Set(['ERR_DLOPEN_FAILED', 'MODULE_NOT_FOUND']);

/**
 * Where `npm run pack` puts the addons that it carries: beside the bundle, by the system and the Node.js that they were
 * built for.
 */
const CARRIED = join(__dirname, 'addons', `${process.platform}-${process.arch}-${process.versions.modules}`);

/**
 * Loads an addon when it is used: `--version`, `status` and `doctor` work without any. `load` gets the package and must
 * use its native part if the package does not load that by itself. Throws a {@link FaultError} `ADDON_BROKEN`.
 */
export function withAddon<Package, Result>(addon: Addon, load: (loaded: Package) => Result): Result {
  try {
    const carried = join(CARRIED, addon);
    return load(createRequire(__filename)(existsSync(carried) ? carried : addon) as Package);
  } catch (error) {
    throw isBroken(error) ? new FaultError(addonFault(addon, error)) : error;
  }
}

/**
 * The native part that a package carries for this system, without the package's scripts: they, and node-gyp-build's search
 * for it, take 15 ms of the worker's start. Null where the package must look for it itself, as where it was compiled.
 */
export function loadPrebuilt<Native>(addon: Addon): Native | null {
  const carried = join(CARRIED, addon);
  const folder = existsSync(carried) ? carried : folderAbove(__dirname, addon);
  if (folder === null || process.env['LIBC'] !== undefined || existsSync(join(folder, 'build'))) return null;
  // As node-gyp-build names them.
  const libc = existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
  const name = `${addon.replaceAll('/', '+')}.${libc}.node`;
  const file = join(folder, 'prebuilds', `${process.platform}-${process.arch}`, name);
  try {
    return existsSync(file) ? (createRequire(__filename)(file) as Native) : null;
  } catch {
    return null; // the package meets the same error, and `withAddon` explains it
  }
}

/** Where Node.js would find the package from `directory`; null: nowhere above it. */
function folderAbove(directory: string, addon: Addon): string | null {
  for (let at = directory; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', addon);
    if (existsSync(folder)) return folder;
    if (dirname(at) === at) return null;
  }
}

/** The native part may also be missing in the package, which node-gyp-build and node-pty say in their own words. */
function isBroken(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (BROKEN.has(code)) return true;
  return typeof message === 'string' && /^No native build was found|^Failed to load native/.test(message);
}

function addonFault(addon: Addon, error: unknown): Fault {
  const built = /NODE_MODULE_VERSION (\d+)/.exec(reasonOf(error))?.[1];
  const reason =
    built === undefined
      ? reasonOf(error).slice(0, 200)
      : `it was built for another Node.js (modules ${built}, here ${process.versions.modules})`;
  return fault('ADDON_BROKEN', {
    addon,
    node: process.version,
    reason,
    command: rebuildCommand(addon),
  });
}

/** The command that builds an addon for the Node.js that runs, in backquotes. */
function rebuildCommand(addon: Addon): string {
  const folder = folderOf(addon);
  if (folder === null) return '`npm ci` in a clone, and otherwise install ccbot again with `npm i -g`';
  const bin = dirname(process.execPath);
  const path = isFirstOnPath(process.execPath) ? '' : `PATH=${shellQuote(bin)}:"$PATH" `;
  return `\`${path}npm rebuild --prefix ${shellQuote(folder)} ${addon}\``;
}

/** The folder whose `node_modules` has the package; null if none has. */
function folderOf(addon: Addon): string | null {
  try {
    const manifest = createRequire(__filename).resolve(`${addon}/package.json`);
    return manifest.slice(0, manifest.lastIndexOf(join(sep, 'node_modules', sep)));
  } catch {
    return null;
  }
}

function isFirstOnPath(node: string): boolean {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      return realpathSync(join(directory, 'node')) === realpathSync(node);
    } catch {
      // not in this directory
    }
  }
  return false;
}
