import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats } from 'node:fs';
import { basename, sep } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { findSecrets } from '../../cards/redact/secrets';
import { isPictureFile } from './picture';

/** The most bytes that a bot may send, and of a photo (Bot API). */
const FILE_MAX = 50 * 1024 * 1024;
const PHOTO_MAX = 10 * 1024 * 1024;

/** Files up to this size, bytes, are searched for credentials. */
const SEARCH_MAX = 1024 * 1024;

/** A file that was found fit to be sent. */
export interface Inspected {
  ok: true;
  /** With every link resolved. */
  real: string;
  name: string;
  size: number;
  as: 'photo' | 'document';
  /** It is, or looks like, something that holds credentials. */
  sensitive: boolean;
}

/** Why a file may not be sent, and what to do instead; printed for the agent. */
export interface Refused {
  ok: false;
  why: string;
}

/** Where files may come from, with links resolved. */
export interface Places {
  roots: readonly string[];
  /** Nothing comes from here, whatever the roots: ccbot's own directory. */
  never: readonly string[];
}

/** Checks a file that an agent wants to send. */
export function inspect(path: string, places: Places): Inspected | Refused {
  let fd: number | undefined;
  try {
    const real = realpathSync(path);
    const refusedPlace = checkPlace(real, places);
    if (refusedPlace !== null) return refused(refusedPlace);
    // Does not wait for the other end of a pipe, and follows no link that replaced the file meanwhile.
    fd = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stat = fstatSync(fd);
    const refusedKind = checkKind(stat);
    if (refusedKind !== null) return refused(refusedKind);
    const content = readStart(fd, stat.size);
    const isPicture = isPictureFile(content);
    return {
      ok: true,
      real,
      name: basename(path),
      size: stat.size,
      as: isPicture && stat.size <= PHOTO_MAX ? 'photo' : 'document',
      sensitive: isSensitiveName(real) || isSensitiveName(path) || (!isPicture && holdsSecrets(content)),
    };
  } catch (error) {
    const { code } = error as { code?: unknown };
    return refused(code === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${reasonOf(error)}`);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

const refused = (why: string): Refused => ({ ok: false, why });

function checkPlace(real: string, { roots, never }: Places): string | null {
  if (never.some((root) => isUnder(real, root)))
    return "it is one of ccbot's own files, which are never sent";
  if (roots.some((root) => isUnder(real, root))) return null;
  return `it is outside ${roots.join(' and ')}; copy it there, or ask the user to add its directory to CCBOT_SEND_ROOTS`;
}

function checkKind(stat: Stats): string | null {
  if (stat.isDirectory()) return 'it is a directory; pack it first, for example with tar czf';
  if (!stat.isFile()) return 'it is not a regular file';
  if (stat.size === 0) return 'it is empty, and Telegram takes no empty files';
  if (stat.size <= FILE_MAX) return null;
  const mb = Math.ceil(stat.size / (1024 * 1024));
  return `it has ${mb} MB and a bot may send 50; compress it, split it (split -b 45m), or send a part of it`;
}

/** The part of a file that is searched for credentials. */
function readStart(fd: number, size: number): Buffer {
  const start = Buffer.alloc(Math.min(size, SEARCH_MAX));
  return start.subarray(0, readSync(fd, start, 0, start.length, 0));
}

/** Whether `path` is `root` or in it; both absolute and with links resolved. */
export function isUnder(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** Names under which programs keep credentials. */
const SENSITIVE = [
  /^\.?env(?:rc)?(?:[._-].*)?$/i,
  /\.env$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/i,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg|ovpn|age)$/i,
  /^\.?(?:netrc|pgpass|npmrc|pypirc|htpasswd|git-credentials|vault-token|my\.cnf)$/i,
  /^_netrc$/i,
  /^(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|txt|ini))?$/i,
  /^(?:service[-_]?account|client[-_]?secret).*\.json$/i,
  /^(?:kubeconfig|terraform\.tfvars|.*\.tfstate)$/i,
];
/** Directories in which programs keep credentials. */
const SENSITIVE_PLACES = /\/\.(?:ssh|aws|gnupg|kube|docker|azure|config\/gcloud)\//;

function isSensitiveName(path: string): boolean {
  const name = basename(path);
  return SENSITIVE_PLACES.test(path) || SENSITIVE.some((pattern) => pattern.test(name));
}

function holdsSecrets(content: Buffer): boolean {
  return !content.subarray(0, 8_192).includes(0) && findSecrets(content.toString('utf8')).secrets.length > 0;
}
