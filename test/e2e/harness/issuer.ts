import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The server at which a person enters the code of Codex's login, as far as the login of 0.169.0 asks it. */
export interface Issuer {
  url: string;
  /** The code that the program was given last. */
  code(): string | undefined;
  /** The person enters the code; the program hears of it at its next question. */
  enter(): void;
  /** Whether logins by a code are offered. */
  offer(on: boolean): void;
  close(): Promise<void>;
}

/** Starts one on loopback. */
export async function startIssuer(): Promise<Issuer> {
  let given = 0;
  let entered = false;
  let offered = true;
  const codeOf = (n: number): string => `TEST-${String(n).padStart(5, '0')}`;
  const answer = (url: string): [status: number, body: object] => {
    if (url.endsWith('/deviceauth/usercode')) {
      if (!offered) return [404, {}];
      entered = false;
      const expires_at = new Date(Date.now() + 15 * 60_000).toISOString();
      return [
        200,
        { device_auth_id: `device-${++given}`, user_code: codeOf(given), interval: '1', expires_at },
      ];
    }
    if (url.endsWith('/deviceauth/token'))
      return entered
        ? [200, { authorization_code: 'code', code_challenge: 'challenge', code_verifier: 'verifier' }]
        : [403, { error: 'pending' }];
    if (url.endsWith('/oauth/token'))
      return [200, { id_token: token(), access_token: token(), refresh_token: 'a-dummy-token' }];
    return [404, {}];
  };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const [status, body] = answer(request.url ?? '');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    code: () => (given === 0 ? undefined : codeOf(given)),
    enter: () => (entered = true),
    offer: (on) => (offered = on),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A token of the shape that Codex looks into; it opens nothing. */
function token(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    email: 'person@example.org',
    exp: Math.floor(Date.now() / 1_000) + 864_000,
    'https://api.openai.com/auth': {
      chatgpt_plan_type: 'pro',
      chatgpt_account_id: 'a',
      chatgpt_user_id: 'u',
    },
  };
  return [part({ alg: 'none', typ: 'JWT' }), part(claims), part({})].join('.');
}
