import { randomUUID } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** A key pair with its public key, which takes a fifth of a second to compute in jest. */
interface Key {
  pair: KeyPair;
  publicKey: string;
}

const keyOf = (pair: KeyPair): Key => ({ pair, publicKey: pair.getPublicKey() });

/** What an account may use; -1: any amount. */
const ACCOUNT_LIMITS = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
};
const JETSTREAM_LIMITS = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
const USER_LIMITS = { subs: -1, data: -1, payload: -1 };

export interface UserOptions {
  /** When the user's JWT is no longer valid. */
  expires?: Date;
  /** Subjects to which the user may not publish. */
  denied?: readonly string[];
}

/** An operator with an account for ccbot, as `nsc` sets them up. */
export interface Accounts {
  /** The server's configuration. */
  config: string;
  /** The text of a `.creds` file of a new user. */
  creds(options?: UserOptions): string;
}

/** `jetstream`: whether the account may use it. */
export function createAccounts({ jetstream = true } = {}): Accounts {
  const operator = keyOf(nkeys.createOperator());
  const [system, account] = [keyOf(nkeys.createAccount()), keyOf(nkeys.createAccount())];
  const limits = { ...ACCOUNT_LIMITS, ...(jetstream ? JETSTREAM_LIMITS : {}) };
  const accountJwt = (key: Key, name: string, nats: object): string =>
    signed(operator, key, name, { ...nats, type: 'account', version: 2 });
  const operatorJwt = signed(operator, operator, 'home', { type: 'operator', version: 2 });
  return {
    config: [
      `operator: ${operatorJwt}`,
      'resolver: MEMORY',
      `system_account: ${system.publicKey}`,
      'resolver_preload {',
      `  ${system.publicKey}: ${accountJwt(system, 'SYS', { limits: ACCOUNT_LIMITS })}`,
      `  ${account.publicKey}: ${accountJwt(account, 'ccbot', { limits })}`,
      '}',
    ].join('\n'),
    creds({ expires, denied = [] } = {}) {
      const user = keyOf(nkeys.createUser());
      const nats = { pub: { deny: [...denied] }, sub: {}, ...USER_LIMITS, type: 'user', version: 2 };
      return credsText(signed(account, user, 'ada', nats, expires), user.pair);
    },
  };
}

/** A JWT about `subject`, signed by `issuer`, with NATS's own algorithm and claims. */
function signed(issuer: Key, subject: Key, name: string, nats: object, expires?: Date): string {
  const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.publicKey,
    name,
    sub: subject.publicKey,
    nats,
    ...(expires === undefined ? {} : { exp: Math.floor(expires.getTime() / 1_000) }),
  };
  const text = `${base64({ typ: 'JWT', alg: 'ed25519-nkey' })}.${base64(claims)}`;
  return `${text}.${Buffer.from(issuer.pair.sign(Buffer.from(text))).toString('base64url')}`;
}

function credsText(jwt: string, user: KeyPair): string {
  return [
    '-----BEGIN NATS USER JWT-----',
    jwt,
    '------END NATS USER JWT------',
    '',
    '************************* IMPORTANT *************************',
    'NKEY Seed printed below can be used to sign and prove identity.',
    'NKEYs are sensitive and should be treated as secrets.',
    '',
    '-----BEGIN USER NKEY SEED-----',
    new TextDecoder().decode(user.getSeed()),
    '------END USER NKEY SEED------',
    '',
    '*************************************************************',
    '',
  ].join('\n');
}
