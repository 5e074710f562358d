import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../config/load';
import { FaultError } from '../faults/fault';
import { selfSigned } from '../fixtures/certificate';
import { readCredentials } from './credentials';
import { clusterHost, clusterNames } from './names';
import { readClusterSettings, refuseOpenServer } from './settings';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-cluster-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const SEED = `SU${'A'.repeat(56)}`;
const TOKEN = `123456789:${'A'.repeat(35)}`;

function file(text: string, mode = 0o600): string {
  const path = join(dir, 'creds');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FaultError) return error.fault.code;
    throw error;
  }
  return 'none';
}

function settings(env: Record<string, string>) {
  const loaded = loadConfig({
    env: { CCBOT_DIR: dir, TELEGRAM_BOT_TOKEN: TOKEN, ALLOWED_USERS: '1', ...env },
    home: dir,
  });
  if (!loaded.ok) throw new FaultError(loaded.faults[0] as never);
  return readClusterSettings(loaded.config);
}

describe('credentials', () => {
  it('tell their kind by their content', () => {
    expect(readCredentials('')).toEqual({ kind: 'none' });
    const path = join(dir, 'creds');
    expect(readCredentials(file(`${SEED}\n`))).toEqual({ kind: 'nkey', path, seed: SEED });
    expect(readCredentials(file('ada:s:e:c\n'))).toEqual({
      kind: 'password',
      user: 'ada',
      password: 's:e:c',
    });
    const creds = [
      '-----BEGIN NATS USER JWT-----\na.b_-c.d\n------END NATS USER JWT------\n',
      `-----BEGIN USER NKEY SEED-----\n${SEED}\n------END USER NKEY SEED------\n`,
    ].join('\nkeep this secret\n');
    const read = { kind: 'creds', path, jwt: 'a.b_-c.d', seed: SEED };
    expect(readCredentials(file(creds))).toEqual(read);
    expect(readCredentials(file(creds.replaceAll('\n', '\r\n')))).toEqual(read);
  });

  it.each([0o640, 0o604, 0o660, 0o666, 0o610])('are refused with mode %o', (mode) => {
    expect(codeOf(() => readCredentials(file('ada:secret', mode)))).toBe('CLUSTER_CREDS_EXPOSED');
  });

  it('never show what is in a file that cannot be used', () => {
    for (const text of ['', 'sesame open', 'sesame', 'sesame:', ':sesame', 'a:b\nsesame:d', `${SEED}B`]) {
      const path = file(text);
      let shown = '';
      try {
        readCredentials(path);
      } catch (error) {
        shown = String(error);
      }
      expect(shown).toContain('CLUSTER_CREDS_BAD');
      expect(shown).not.toContain('sesame');
    }
    expect(codeOf(() => readCredentials(join(dir, 'missing')))).toBe('CLUSTER_CREDS_BAD');
    expect(codeOf(() => readCredentials(dir))).toBe('CLUSTER_CREDS_BAD');
  });
});

describe('a cluster', () => {
  it('is none without CCBOT_CLUSTER_URL, whatever else is set', () => {
    expect(settings({ CCBOT_CLUSTER_CREDS: '/nonexistent', CCBOT_CLUSTER_INSECURE: '1' })).toBeNull();
  });

  it('needs authentication wherever other machines reach it', () => {
    const at = (url: string, more: Record<string, string> = {}) =>
      codeOf(() => settings({ CCBOT_CLUSTER_URL: url, ...more }));
    for (const url of ['nats://127.0.0.1:4222', 'nats://localhost', 'nats://[::1]:4222,nats://127.9.9.9'])
      expect(at(url)).toBe('none');
    for (const url of [
      'nats://192.168.1.2:4222',
      'tls://nats.example.org',
      'nats://localhost.example.org',
      'nats://127.0.0.1,nats://10.0.0.1',
    ]) {
      expect(at(url)).toBe('CLUSTER_OPEN');
      expect(at(url, { CCBOT_CLUSTER_INSECURE: '1' })).toBe('none');
      expect(at(url, { CCBOT_CLUSTER_CREDS: file('ada:secret') })).toBe('none');
    }
  });

  it('is not named by what is no NATS server, or carries a password', () => {
    for (const url of [
      'http://a',
      'nats://',
      'a:4222',
      'nats://ada:secret@a',
      'nats://a/path',
      'nats://a,wss://b',
    ]) {
      let shown = '';
      try {
        settings({ CCBOT_CLUSTER_URL: url });
      } catch (error) {
        shown = String(error);
      }
      expect([url, shown]).toEqual([url, expect.stringContaining('CCBOT_CLUSTER_URL')]);
      expect(shown).not.toContain('secret');
    }
  });

  it('keeps its certificates in a file that must be readable', () => {
    const env = { CCBOT_CLUSTER_URL: 'tls://127.0.0.1' };
    expect(codeOf(() => settings({ ...env, CCBOT_CLUSTER_CA: join(dir, 'missing') }))).toBe('CLUSTER_CA_BAD');
    expect(codeOf(() => settings({ ...env, CCBOT_CLUSTER_CA: file('PEM', 0o644) }))).toBe('CLUSTER_CA_BAD');
    const { cert } = selfSigned();
    expect(settings({ ...env, CCBOT_CLUSTER_CA: file(cert, 0o644) })?.ca).toBe(cert);
  });

  it('on loopback is not taken for private when its name leads elsewhere too', async () => {
    const refused = async (url: string, addresses: string[], isInsecureAllowed = false): Promise<string> => {
      const lookup = () => Promise.resolve(addresses.map((address) => ({ address })));
      try {
        await refuseOpenServer(url, { isInsecureAllowed }, lookup);
        return 'none';
      } catch (error) {
        return error instanceof FaultError ? error.fault.code : String(error);
      }
    };
    expect(await refused('nats://localhost:4222', ['127.0.0.1', '::1'])).toBe('none');
    expect(await refused('nats://localhost', ['127.0.0.1', '10.0.0.1'])).toBe('CLUSTER_OPEN');
    expect(await refused('nats://localhost', ['127.0.0.1', '10.0.0.1'], true)).toBe('none');
    expect(await refused('nats://[::1]:4222', ['::1'])).toBe('none');
    // What a name service says may change at any time.
    expect(await refused('nats://elsewhere', ['127.0.0.1'])).toBe('CLUSTER_OPEN');
  });
});

describe('names', () => {
  it('do not hold the token, and differ for each bot', () => {
    const names = clusterNames(TOKEN);
    expect(JSON.stringify([names, names.to('laptop')])).not.toContain('AAAA');
    expect(names.stream).not.toBe(clusterNames(`${TOKEN}B`).stream);
    expect(names.to('laptop').startsWith(names.subjects.slice(0, -1))).toBe(true);
  });

  it.each([
    ['laptop', 'laptop'],
    ['Ada’s MacBook Pro.local', 'ada-s-macbook-pro-local'],
    ['>', 'machine'],
    ['a.b.*.>', 'a-b'],
    ['', 'machine'],
    ['東京', 'machine'],
    ['x'.repeat(80), 'x'.repeat(32)],
    [`${'x'.repeat(31)}--y`, 'x'.repeat(31)],
  ])('make the machine %j %j', (name, host) => {
    expect(clusterHost(name)).toBe(host);
  });
});
