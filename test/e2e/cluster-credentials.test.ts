import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { clusterNames } from '@ccbot/shared/cluster/names';
import { readClusterSettings } from '@ccbot/shared/cluster/settings';
import { loadConfig } from '@ccbot/shared/config/load';
import { FaultError } from '@ccbot/shared/faults/fault';
import {
  issuedBy,
  selfSigned,
  type Certificate,
  type CertificateOptions,
} from '@ccbot/shared/fixtures/certificate';
import { connectNats } from '../../packages/worker/src/cluster/nats-client';
import { createAccounts } from './harness/nats-accounts';
import { startNats, type Nats } from './harness/nats';

const TOKEN = `123456789:${'A'.repeat(35)}`;
const PASSWORD = 'open-sesame';
const USERS = `authorization { users: [{ user: ada, password: "${PASSWORD}" }] }`;

let dir: string;
let nats: Nats | undefined;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-creds-'))));
afterEach(async () => {
  await nats?.close();
  nats = undefined;
  rmSync(dir, { recursive: true, force: true });
});

const start = async (config = ''): Promise<string> => (nats = await startNats(dir, { config })).url;

function file(text: string, mode = 0o600, name = 'creds'): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** Reads the settings and connects as the worker does. Resolves with the fault; `none` if this machine takes part. */
async function outcome(url: string, more: Record<string, string> = {}): Promise<string> {
  const loaded = loadConfig({
    env: {
      CCBOT_DIR: dir,
      TELEGRAM_BOT_TOKEN: TOKEN,
      ALLOWED_USERS: '1',
      CCBOT_HOST: 'ada',
      CCBOT_CLUSTER_URL: url,
      ...more,
    },
    home: dir,
  });
  if (!loaded.ok) return loaded.faults.map(({ code, what }) => `${code}: ${what}`).join('\n');
  try {
    const settings = readClusterSettings(loaded.config);
    if (settings === null) return 'no cluster';
    const link = await connectNats(settings, clusterNames(TOKEN), '123456789');
    await link.close();
    return 'none';
  } catch (error) {
    if (error instanceof FaultError) return `${error.fault.code}: ${error.fault.what} ${error.fault.todo}`;
    return `UNEXPECTED ${String(error)}`;
  }
}
const withCreds = (url: string, text: string, mode?: number): Promise<string> =>
  outcome(url, { CCBOT_CLUSTER_CREDS: file(text, mode) });

const asDos = (text: string): string => text.replaceAll('\n', '\r\n');

describe('the file of credentials', () => {
  it.each([
    ['as it is', (text: string) => text],
    ['with the line ends of DOS', asDos],
    ['with a byte order mark', (text: string) => `\uFEFF${text}`],
    ['without a last line end', (text: string) => text.trimEnd()],
  ])('is taken %s, of each kind', async (_what, written) => {
    const user = nkeys.createUser();
    const seed = new TextDecoder().decode(user.getSeed());
    const found: string[] = [];
    found.push(await withCreds(await start(USERS), written(`ada:${PASSWORD}\n`)));
    await nats?.close();
    const users = `authorization { users: [{ nkey: ${user.getPublicKey()} }] }`;
    found.push(await withCreds(await start(users), written(`${seed}\n`)));
    await nats?.close();
    const accounts = createAccounts();
    found.push(await withCreds(await start(accounts.config), written(accounts.creds())));
    expect(found).toEqual(['none', 'none', 'none']);
  });

  it('may be a link, whose target must be as private', async () => {
    const url = await start(USERS);
    const link = join(dir, 'link');
    symlinkSync(file(`ada:${PASSWORD}`), link);
    expect(await outcome(url, { CCBOT_CLUSTER_CREDS: link })).toBe('none');
    file(`ada:${PASSWORD}`, 0o644);
    expect(await outcome(url, { CCBOT_CLUSTER_CREDS: link })).toMatch(
      /CLUSTER_CREDS_EXPOSED.*0644.*chmod 600/,
    );
  });

  it.each([
    ['is readable by others', `ada:${PASSWORD}`, 0o644, /CLUSTER_CREDS_EXPOSED.*chmod 600/],
    ['is empty', '', 0o600, /CLUSTER_CREDS_BAD.*empty/],
    ['is blank', ' \r\n\n', 0o600, /CLUSTER_CREDS_BAD.*empty/],
    ['is huge', `ada:${PASSWORD.repeat(10_000)}`, 0o600, /CLUSTER_CREDS_BAD.*large/],
    ['holds two lines', `ada:${PASSWORD}\nbob:${PASSWORD}`, 0o600, /CLUSTER_CREDS_BAD/],
    ['holds a JWT without a seed', noSeed(createAccounts().creds()), 0o600, /CLUSTER_CREDS_BAD.*seed/],
    ['holds half of a JWT', createAccounts().creds().slice(0, 200), 0o600, /CLUSTER_CREDS_BAD/],
    ['holds a seed with a letter changed', wrongSeed(), 0o600, /CLUSTER_CREDS_BAD.*seed/],
    ['is binary', '\0\x01\xff'.repeat(20), 0o600, /CLUSTER_CREDS_BAD/],
  ])('that %s is refused with what to do, and never shown', async (_what, text, mode, expected) => {
    const shown = await withCreds(await start(USERS), text, mode);
    expect(shown).toMatch(expected);
    expect(shown).not.toContain(PASSWORD);
    expect(shown).not.toMatch(/SU[A-Z2-7]{20}|eyJ/);
  });

  it('is refused as a directory, and where nothing is', async () => {
    const url = await start(USERS);
    expect(await outcome(url, { CCBOT_CLUSTER_CREDS: dir })).toMatch(/CLUSTER_CREDS_BAD/);
    expect(await outcome(url, { CCBOT_CLUSTER_CREDS: join(dir, 'nothing') })).toMatch(/CLUSTER_CREDS_BAD/);
  });
});

function noSeed(creds: string): string {
  return creds.slice(0, creds.indexOf('-----BEGIN USER NKEY SEED-----'));
}

function wrongSeed(): string {
  const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
  return seed.slice(0, 20) + (seed[20] === 'A' ? 'B' : 'A') + seed.slice(21);
}

describe('credentials that the server does not accept', () => {
  const REFUSED = /CLUSTER_REFUSED.*CCBOT_CLUSTER_CREDS/;

  it('are named, whatever is wrong with them', async () => {
    const accounts = createAccounts();
    const url = await start(accounts.config);
    expect(await outcome(url)).toMatch(REFUSED);
    expect(await withCreds(url, createAccounts().creds())).toMatch(REFUSED);
    expect(await withCreds(url, accounts.creds({ expires: new Date(Date.now() - 3_600_000) }))).toMatch(
      REFUSED,
    );
    expect(await withCreds(url, `ada:${PASSWORD}`)).toMatch(REFUSED);
    const mixed =
      noSeed(accounts.creds()) + createAccounts().creds().slice(noSeed(createAccounts().creds()).length);
    expect(await withCreds(url, mixed)).toMatch(/CLUSTER_REFUSED|CLUSTER_CREDS_BAD/);
    await nats?.close();
    const users = await start(USERS);
    expect(await withCreds(users, 'ada:mellon')).toMatch(REFUSED);
    expect(await withCreds(users, new TextDecoder().decode(nkeys.createUser().getSeed()))).toMatch(REFUSED);
    expect(await withCreds(users, accounts.creds())).toMatch(REFUSED);
  });

  it('are told from an account without JetStream, and from a user who may not use it', async () => {
    const without = createAccounts({ jetstream: false });
    expect(await withCreds(await start(without.config), without.creds())).toMatch(/CLUSTER_UNFIT.*JetStream/);
    await nats?.close();
    const accounts = createAccounts();
    const url = await start(accounts.config);
    expect(await withCreds(url, accounts.creds({ denied: ['$JS.API.>'] }))).toMatch(
      /CLUSTER_REFUSED.*Permissions/,
    );
  });
});

describe('several servers', () => {
  it('are tried one after another, and one that answers says why it refuses', async () => {
    const url = await start(USERS);
    const [nobody, other] = ['nats://127.0.0.1:1', 'nats://localhost:2'];
    expect(await withCreds([nobody, url, other].join(','), `ada:${PASSWORD}`)).toBe('none');
    expect(await withCreds([nobody, url, other].join(','), 'ada:mellon')).toMatch(/CLUSTER_REFUSED/);
    const away = await withCreds([nobody, other].join(','), `ada:${PASSWORD}`);
    expect(away).toMatch(/^CLUSTER_UNREACHABLE/);
    for (const server of [nobody, other]) expect(away).toContain(`${server}: connection refused`);
  });
});

describe('a server that asks for no credentials', () => {
  /** Loopback, in a spelling that says so to the system only: stands for an address that others reach. */
  const elsewhere = (url: string): string => url.replace('127.0.0.1', '127.1');

  it('is refused off loopback unless the flag says so, also with TLS and with credentials', async () => {
    const url = elsewhere(await start());
    expect(await outcome(url)).toMatch(/CLUSTER_OPEN.*CCBOT_CLUSTER_INSECURE/);
    expect(await withCreds(url, `ada:${PASSWORD}`)).toMatch(/CLUSTER_OPEN/);
    expect(await outcome(url, { CCBOT_CLUSTER_INSECURE: '1' })).toBe('none');
    await nats?.close();
    const { cert, key } = selfSigned({ host: '127.1' });
    const tls = elsewhere(await start(tlsConfig(cert, key))).replace('nats:', 'tls:');
    const trusted = { CCBOT_CLUSTER_CA: file(cert, 0o644, 'ca.pem') };
    expect(await outcome(tls, trusted)).toMatch(/CLUSTER_OPEN/);
    expect(await outcome(tls, { ...trusted, CCBOT_CLUSTER_CREDS: file(`ada:${PASSWORD}`) })).toMatch(
      /CLUSTER_OPEN/,
    );
    expect(await outcome(tls, { ...trusted, CCBOT_CLUSTER_INSECURE: '1' })).toBe('none');
  });

  it('counts as open when it takes those without credentials for one of its users', async () => {
    const guest = 'no_auth_user: guest\nauthorization { users: [{ user: guest, password: "guest-of-all" }] }';
    const url = await start(guest);
    expect(await outcome(url)).toBe('none');
    expect(await withCreds(elsewhere(url), 'guest:guest-of-all')).toMatch(/CLUSTER_OPEN/);
  });
});

function tlsConfig(cert: string, key: string, more = ''): string {
  const certFile = file(cert, 0o644, 'cert.pem');
  const keyFile = file(key, 0o600, 'key.pem');
  return `tls { cert_file: "${certFile}", key_file: "${keyFile}" ${more} }`;
}

describe('TLS', () => {
  const authority = { host: 'authority of ada', ...selfSigned({ host: 'authority of ada' }) };
  const issued = (options: CertificateOptions): Certificate => issuedBy(authority, options);

  async function over(
    { cert, key }: Certificate,
    more: Record<string, string> = {},
    host = 'localhost',
    scheme = 'tls:',
  ): Promise<string> {
    await nats?.close();
    const url = await start(`${tlsConfig(cert, key)}\n${USERS}`);
    return outcome(url.replace('nats:', scheme).replace('127.0.0.1', host), {
      CCBOT_CLUSTER_CREDS: file(`ada:${PASSWORD}`),
      CCBOT_CLUSTER_CA: file(authority.cert, 0o644, 'ca.pem'),
      ...more,
    });
  }

  it('joins with an authority of one’s own, by name and by address', async () => {
    expect(await over(issued({ host: 'localhost' }))).toBe('none');
    expect(await over(issued({ host: '127.0.0.1' }), {}, '127.0.0.1')).toBe('none');
  });

  it('is used for nats:// as well when an authority is named, or the server wants it', async () => {
    expect(await over(issued({ host: 'localhost' }), {}, 'localhost', 'nats:')).toBe('none');
    await nats?.close();
    const url = await start(USERS);
    const env = {
      CCBOT_CLUSTER_CREDS: file(`ada:${PASSWORD}`),
      CCBOT_CLUSTER_CA: file(authority.cert, 0o644, 'ca.pem'),
    };
    expect(await outcome(url, env)).toMatch(/CLUSTER_TLS_FAILED.*turned off/);
    expect(await outcome(url.replace('nats:', 'tls:'), env)).toMatch(/CLUSTER_TLS_FAILED.*turned off/);
  });

  it('is refused with one thing to do, for each thing that can be wrong with the certificate', async () => {
    expect(await over(issued({ host: 'nats.example.org' }))).toMatch(
      /CLUSTER_TLS.*nats\.example\.org.*CCBOT_CLUSTER_URL/,
    );
    expect(await over(issued({ host: 'localhost' }), {}, '127.0.0.1')).toMatch(
      /CLUSTER_TLS.*CCBOT_CLUSTER_URL/,
    );
    expect(await over(issued({ host: 'localhost', until: new Date('2021-01-01') }))).toMatch(
      /CLUSTER_TLS.*expired.*[Rr]enew/,
    );
    expect(await over(issued({ host: 'localhost', from: new Date('2048-01-01') }))).toMatch(
      /CLUSTER_TLS.*not yet valid/,
    );
    expect(await over(selfSigned())).toMatch(/CLUSTER_TLS.*CCBOT_CLUSTER_CA/);
    expect(await over(issued({ host: 'localhost' }), { CCBOT_CLUSTER_CA: '' })).toMatch(
      /CLUSTER_TLS.*CCBOT_CLUSTER_CA/,
    );
  });

  it('is refused with a file of authorities in which there is no certificate', async () => {
    const bad = (text: string, mode = 0o644) =>
      over(issued({ host: 'localhost' }), { CCBOT_CLUSTER_CA: file(text, mode, 'other.pem') });
    expect(await bad('')).toMatch(/CLUSTER_CA_BAD/);
    expect(await bad('rubbish')).toMatch(/CLUSTER_CA_BAD/);
    expect(await bad('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')).toMatch(
      /CLUSTER_CA_BAD/,
    );
    expect(await bad(authority.key)).toMatch(/CLUSTER_CA_BAD/);
    expect(await bad(asDos(authority.cert))).toBe('none');
    expect(await bad(`${selfSigned({ host: 'other' }).cert}${authority.cert}`)).toBe('none');
    expect(await bad('x'.repeat(2_000_000))).toMatch(/CLUSTER_CA_BAD.*large/);
  });

  it('says that a server wants a certificate of the client, which ccbot does not have', async () => {
    await nats?.close();
    const { cert, key } = issued({ host: 'localhost' });
    const ca = file(authority.cert, 0o644, 'ca.pem');
    const url = await start(tlsConfig(cert, key, `, ca_file: "${ca}", verify: true`));
    expect(
      await outcome(url.replace('nats://127.0.0.1', 'tls://localhost'), {
        CCBOT_CLUSTER_CA: ca,
        CCBOT_CLUSTER_CREDS: file(`ada:${PASSWORD}`),
      }),
    ).toMatch(/CLUSTER_TLS.*certificate/);
  });
});
