import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The server at which a user enters the code of Codex's login: the requests that Codex 0.169.0 makes. */
export interface Issuer {
  url: string;
  /** The last code that was given to the program. */
  code(): string | undefined;
  /** Enters the code as the user does; the program learns of it with its next request. */
  enter(): void;
  /** Turns logins by code on or off. */
  offer(on: boolean): void;
  close(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  let codes = 0;
  let isEntered = false;
  let isOffered = true;
  const codeOf = (n: number): string => `TEST-${String(n).padStart(5, '0')}`;
  const answer = (url: string): [status: number, body: object] => {
    if (url.endsWith('/deviceauth/usercode')) {
      if (!isOffered) return [404, {}];
      isEntered = false;
      const expires_at = new Date(Date.now() + 15 * 60_000).toISOString();
      return [
        200,
        { device_auth_id: `device-${++codes}`, user_code: codeOf(codes), interval: '1', expires_at },
      ];
    }
    if (url.endsWith('/deviceauth/token'))
      return isEntered
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
    code: () => (codes === 0 ? undefined : codeOf(codes)),
    enter: () => (isEntered = true),
    offer: (on) => (isOffered = on),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A token with the fields that Codex reads; it is valid nowhere. */
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
