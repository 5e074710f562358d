import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { basename, sep } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { findSecrets } from '../../cards/redact/secrets';
import { pictureKind } from './picture';

/** The most bytes that a bot may send, and of a photo (Bot API). */
const FILE_MAX = 50 * 1024 * 1024;
const PHOTO_MAX = 10 * 1024 * 1024;

/** Files up to this size, bytes, are searched for credentials. */
const SEARCH_MAX = 1024 * 1024;

/** A file that may be sent. */
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

/** Where files may come from, and where not. All with links resolved. */
export interface Places {
  roots: readonly string[];
  /** Nothing from here, whatever the roots: ccbot's own directory. */
  never: readonly string[];
}

/** Looks at a file that an agent wants to send; or says why it may not be sent, and what to do instead. */
export function inspect(path: string, places: Places): Inspected | { ok: false; why: string } {
  const no = (why: string): { ok: false; why: string } => ({ ok: false, why });
  let fd: number | undefined;
  try {
    const real = realpathSync(path);
    if (places.never.some((root) => isUnder(real, root)))
      return no("it is ccbot's own; these files are never sent");
    if (!places.roots.some((root) => isUnder(real, root))) {
      return no(
        `it is outside ${places.roots.join(' and ')}; copy it there, or have the person widen CCBOT_SEND_ROOTS`,
      );
    }
    // Not waiting for a pipe's other end, and no link in the place of what was just looked at.
    fd = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stat = fstatSync(fd);
    if (stat.isDirectory()) return no('it is a directory; pack it first, as with tar czf');
    if (!stat.isFile()) return no('it is not a regular file');
    if (stat.size === 0) return no('it is empty, and Telegram takes no empty files');
    if (stat.size > FILE_MAX) {
      const mb = Math.ceil(stat.size / (1024 * 1024));
      return no(
        `it has ${mb} MB and a bot may send 50; compress it, split it (split -b 45m), or send a part of it`,
      );
    }
    const head = Buffer.alloc(Math.min(stat.size, SEARCH_MAX));
    const read = readSync(fd, head, 0, head.length, 0);
    const content = head.subarray(0, read);
    const picture = pictureKind(content);
    return {
      ok: true,
      real,
      name: basename(path),
      size: stat.size,
      as: picture && stat.size <= PHOTO_MAX ? 'photo' : 'document',
      sensitive: isSensitiveName(real) || isSensitiveName(path) || (!picture && holdsSecrets(content)),
    };
  } catch (error) {
    const { code } = error as { code?: unknown };
    return no(code === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${reasonOf(error)}`);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
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
