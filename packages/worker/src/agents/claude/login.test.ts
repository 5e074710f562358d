import { claudeLogin } from './login';

/** The output of `claude auth login` of 2.1.330, without escapes. */
const LINK = 'https://claude.ai/oauth/authorize?code=true&state=x';
const BEGUN = "Opening browser to sign in…\nIf the browser didn't open, visit:\n" + `${LINK}\n`;
const ASKS = `${BEGUN}Paste code here if prompted > `;

describe('the output of `claude auth login`', () => {
  it('holds the link once it is complete, in whatever pieces it arrives', () => {
    for (let end = 0; end <= ASKS.length; end++) {
      const { link } = claudeLogin.read(ASKS.slice(0, end));
      if (link !== undefined) expect(link).toBe(LINK);
    }
    expect(claudeLogin.read(BEGUN)).toEqual({ link: LINK, waits: false });
  });

  it('shows when it waits for the code, the first time and again', () => {
    expect(claudeLogin.read(ASKS).waits).toBe(true);
    expect(claudeLogin.read(`${ASKS}abc\nSigning in…\n`).waits).toBe(false);
    expect(claudeLogin.read(`${ASKS}abc\nNot the full code.\nPaste code here if prompted > `).waits).toBe(
      true,
    );
  });

  it('holds nothing when it is something else', () => {
    expect(claudeLogin.read('')).toEqual({ waits: false });
    expect(claudeLogin.read('error: unknown command auth\n')).toEqual({ waits: false });
  });
});

describe('the output of `claude auth status`', () => {
  it('holds the expiry, as text, in seconds or in milliseconds', () => {
    const at = Date.parse('2027-01-02T03:04:05Z');
    for (const loginExpiresAt of ['2027-01-02T03:04:05Z', at, at / 1_000])
      expect(claudeLogin.readStatus(JSON.stringify({ loggedIn: true, loginExpiresAt }))).toEqual({
        loggedIn: true,
        expiresAt: at,
      });
  });

  it('has no expiry when there is none, and is null when it is not understood', () => {
    expect(claudeLogin.readStatus('{"loggedIn":false,"loginExpiresAt":null,"more":1}')).toEqual({
      loggedIn: false,
    });
    expect(claudeLogin.readStatus('{"loggedIn":true,"loginExpiresAt":"soon"}')).toEqual({ loggedIn: true });
    for (const odd of ['', 'not logged in', '[]', '{"loggedIn":"yes"}'])
      expect(claudeLogin.readStatus(odd)).toBeNull();
  });
});

it('recognizes a dead login only by the agent’s name for the error', () => {
  expect(claudeLogin.isDead('authentication_failed')).toBe(true);
  for (const other of ['rate_limit', 'server_error', 'unknown', ''])
    expect(claudeLogin.isDead(other)).toBe(false);
});
