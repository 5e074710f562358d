import { basename } from 'node:path';
import { findSecrets } from '../../cards/redact/secrets';

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

/** Whether a file has such a name, or is in such a directory. */
export function isSensitiveName(path: string): boolean {
  const name = basename(path);
  return SENSITIVE_PLACES.test(path) || SENSITIVE.some((pattern) => pattern.test(name));
}

/** Whether a text holds something that looks like a credential. */
export function holdsSecrets(content: Buffer): boolean {
  return !content.subarray(0, 8_192).includes(0) && findSecrets(content.toString('utf8')).secrets.length > 0;
}
