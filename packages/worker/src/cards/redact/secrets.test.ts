import fc from 'fast-check';
import { anyText } from '../../fixtures/arbitrary-card';
import { findSecrets, MASK, masked, maskGrowing, maskText } from './secrets';

const of = (letters: string, n: number): string => letters.repeat(Math.ceil(n / letters.length)).slice(0, n);
const mixed = (n: number): string => of('a1B2c3D4e5F6g7H8i9J0', n);
const hex = (n: number): string => of('0a1b2c3d4e5f6789', n);

/** Every kind: what is shown of it, and what must not be. */
const SAMPLES: readonly [kind: string, shown: string, hidden: string][] = [
  ['a bot token', '123456789:', `AA${mixed(33)}`],
  ['Anthropic', 'sk-ant-', `api03-${mixed(60)}_-${mixed(20)}AA`],
  ['OpenAI', 'sk-proj-', mixed(48)],
  ['OpenAI, as it was', 'sk-', mixed(48)],
  ['an AWS key id', 'AKIA', of('ABCDEFGH234567', 16)],
  ['an AWS secret', 'aws_secret_access_key = ', `${mixed(30)}/+${mixed(8)}`],
  ['GitHub', 'ghp_', mixed(36)],
  ['GitHub, fine-grained', 'github_pat_', `${mixed(22)}_${mixed(59)}`],
  ['GitLab', 'glpat-', mixed(20)],
  ['Google', 'AIza', mixed(35)],
  ['a Google client', 'GOCSPX-', mixed(28)],
  ['Slack', 'xoxb-', `${of('123', 11)}-${mixed(24)}`],
  ['a Slack webhook', 'hooks.slack.com/services/', `T${of('AB1', 8)}/B${of('AB1', 8)}/${mixed(24)}`],
  ['Stripe', 'sk_live_', mixed(24)],
  ['a Stripe webhook', 'whsec_', mixed(32)],
  ['npm', 'npm_', mixed(36)],
  ['PyPI', 'pypi-', `AgEIcHlwaS5vcmc${mixed(60)}`],
  ['Hugging Face', 'hf_', mixed(34)],
  ['SendGrid', 'SG.', `${mixed(22)}.${mixed(43)}`],
  ['DigitalOcean', 'dop_v1_', hex(64)],
  ['Twilio', 'SK', hex(32)],
  ['a JSON Web Token', 'eyJ', `hbGciOiJIUzI1NiJ9.eyJzdWIiOiIx${mixed(10)}.${mixed(43)}`],
  ['a password in an address', 'postgres://shop:', 'hunter2hunter2'],
];
const after = (kind: string): string => (kind.startsWith('a password') ? '@db.example.org/shop' : '');

describe('what is shaped like a credential', () => {
  it.each(SAMPLES)('is masked: %s', (kind, shown, hidden) => {
    for (const [before, behind] of [
      ['', ''],
      ['key is ', ' and more'],
      ['KEY="', '"\n'],
      ['`', '`'],
      ['(', ').'],
    ]) {
      const text = `${before}${shown}${hidden}${after(kind)}${behind}`;
      expect(maskText(text)).toBe(`${before}${shown}${MASK}${after(kind)}${behind}`);
    }
  });

  it('is a private key with all of its lines', () => {
    for (const type of ['', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED ']) {
      const [begin, end] = [`-----BEGIN ${type}PRIVATE KEY-----`, `-----END ${type}PRIVATE KEY-----`];
      const lines = Array.from({ length: 24 }, () => mixed(64)).join('\n');
      expect(maskText(`before\n${begin}\n${lines}\n${end}\nafter`)).toBe(
        `before\n${begin}\n${MASK}\n${end}\nafter`,
      );
      expect(maskText(`${begin}\n${lines}`)).toBe(`${begin}\n${MASK}\n`);
      expect(maskText(`${lines}\n${end}`)).not.toContain(mixed(20));
    }
  });

  it('is the rest of a private key that started in the previous message', () => {
    const lines = Array.from({ length: 5 }, () => mixed(64)).join('\n');
    const first = findSecrets(`see\n-----BEGIN PRIVATE KEY-----\n${lines}`);
    expect(first.open).toBe(true);
    const second = findSecrets(lines, [], first.open);
    expect(masked(lines, second.secrets)).not.toContain(mixed(20));
    expect(second.open).toBe(true);
    const last = `${lines}\n-----END PRIVATE KEY-----\nthat was it`;
    const third = findSecrets(last, [], second.open);
    expect(masked(last, third.secrets)).toMatch(/^\n•+\n-----END PRIVATE KEY-----\nthat was it$/);
    expect(third.open).toBe(false);
  });

  it('is a known secret, wherever it is', () => {
    expect(maskText('xx my-very-own secret my-very-own', ['my-very-own', 'xx'])).toBe(
      `xx ${MASK} secret ${MASK}`,
    );
  });

  it.each([
    'sk-learn and scikit-learn, task-list-with-a-very-long-name-of-words',
    'a commit 3f786850e387550fdab836ed7e6dc881de23001b and a uuid 7c9e6679-7425-40de-944b-e07fc1f90ae7',
    'https://example.org:8080/a@b and git@github.com:owner/repository.git',
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= of nothing',
    'SKIPPED and AKIRA; 12:30:45; ghp_short; eyJ alone; npm_config_registry=https://registry.example.org',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
    'const secretKey = await loadSecretKeyFromTheVaultOfTheCompany();',
  ])('is not an ordinary text: %s', (text) => {
    expect(maskText(text)).toBe(text);
  });

  it('masks a text as a whole that consists of such things', () => {
    const many = 'a word '.concat('hunter-2 '.repeat(2_001));
    expect(maskText(many, ['hunter-2'])).toBe(MASK);
    expect(maskText('a word '.concat('hunter-2 '.repeat(3)), ['hunter-2'])).toContain('a word ');
  });

  it('is masked in any text, which never gets longer', () => {
    const secret = fc.constantFrom(...SAMPLES.map(([kind, shown, hidden]) => shown + hidden + after(kind)));
    const text = fc.array(fc.oneof(anyText(5), secret), { maxLength: 12 }).map((pieces) => pieces.join(' '));
    fc.assert(
      fc.property(text, (whole) => {
        const once = maskText(whole);
        expect(once.length).toBeLessThanOrEqual(whole.length);
        for (const [, , hidden] of SAMPLES) expect(once).not.toContain(hidden);
      }),
      { numRuns: 500 },
    );
  });

  it('is masked from its first letters on while it is being written', () => {
    const whole = `the key: sk-ant-${mixed(40)}`;
    for (let n = 'the key: sk-a'.length; n <= whole.length; n++) {
      expect(maskGrowing(whole.slice(0, n))).toMatch(/^the key: sk-(?:ant-)?•+$/);
    }
    expect(maskGrowing('at 12:30 we ask-')).toBe('at 12:30 we ask-');
  });
});
