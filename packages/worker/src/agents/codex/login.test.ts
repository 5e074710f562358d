import { codexLogin } from './login';

/** The output of `codex login --device-auth` of 0.169.0, without escapes. */
const PRINTED = [
  'WARNING: proceeding, even though we could not create PATH aliases: Refusing to create helper binaries',
  '',
  'Welcome to Codex [v0.169.0]',
  "OpenAI's command-line coding agent",
  '',
  'Follow these steps to sign in with ChatGPT using device code authorization:',
  '',
  '1. Open this link in your browser and sign in to your account',
  '   https://auth.openai.com/codex/device',
  '',
  '2. Enter this one-time code (expires in 15 minutes)',
  '   ABCD-12345',
  '',
  'Continue only if you started this login in Codex. If a website or another person gave you this code, cancel.',
  '',
].join('\n');

describe('the output of `codex login --device-auth`', () => {
  it('holds link and code once both are complete, in whatever pieces they arrive', () => {
    const whole = { link: 'https://auth.openai.com/codex/device', code: 'ABCD-12345', waits: false };
    for (let end = 0; end <= PRINTED.length; end++)
      expect([{ waits: false }, whole]).toContainEqual(codexLogin.read(PRINTED.slice(0, end)));
    expect(codexLogin.read(PRINTED)).toEqual(whole);
    expect(codexLogin.read(`${PRINTED}Successfully logged in\n`)).toEqual(whole);
  });

  it('holds nothing when it is something else', () => {
    const errors = [
      'Error logging in: device code login is not enabled for this Codex server.\n',
      'Error logging in: error sending request for url (https://auth.openai.com/api/accounts/deviceauth/usercode)\n',
    ];
    for (const odd of ['', '\u0000', 'ABCD-12345\n', 'see https://example.org ABCD-12345 \n', ...errors])
      expect(codexLogin.read(odd)).toEqual({ waits: false });
  });
});

it('recognizes a dead login only by the agent’s name for the error', () => {
  for (const dead of ['unauthorized', 'http_connection_failed 401'])
    expect(codexLogin.isDead(dead)).toBe(true);
  for (const other of [
    'usage_limit_exceeded',
    'http_connection_failed 503',
    'http_connection_failed',
    'error',
    '',
  ])
    expect(codexLogin.isDead(other)).toBe(false);
});
