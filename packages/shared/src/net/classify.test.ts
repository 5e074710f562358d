import { spawnSync } from 'node:child_process';
import { fault } from '../faults/fault';
import { FAULTS } from '../faults/table';
import { adviceOf, programAdvice, shownUrl } from './advice';
import { classifyAnswer, classifyError, TROUBLES, type Unanswered } from './classify';
import { symptomOf } from './symptom';

const coded = (code: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { code, ...more });
const classify = (error: unknown, more: Partial<Unanswered> = {}) =>
  classifyError({ symptom: symptomOf(error), ...more });

/** As Node.js throws it after it tried each address of a host. */
const attempts = (...errors: Error[]): AggregateError =>
  Object.assign(new AggregateError(errors, ''), { code: (errors[0] as NodeJS.ErrnoException).code });
const connect = (code: string, address: string): Error =>
  coded(code, `connect ${code} ${address}`, { syscall: 'connect' });

describe('an error without an answer', () => {
  it.each<[string, unknown, string, string]>([
    [
      'an unknown name',
      coded('ENOTFOUND', 'getaddrinfo ENOTFOUND x', { syscall: 'getaddrinfo' }),
      'NET_DNS',
      'no',
    ],
    ['a name server that does not answer', coded('EAI_AGAIN', 'getaddrinfo EAI_AGAIN x'), 'NET_DNS', 'no'],
    ['a refused connection', connect('ECONNREFUSED', '1.2.3.4:443'), 'NET_REFUSED', 'no'],
    ['no route', connect('ENETUNREACH', '1.2.3.4:443'), 'NET_UNREACHABLE', 'no'],
    ['a firewall', connect('EACCES', '1.2.3.4:443'), 'LOCAL_FORBIDDEN', 'no'],
    ['no descriptor left', coded('EMFILE', 'connect EMFILE', { syscall: 'connect' }), 'LOCAL_LIMIT', 'no'],
    ['an expired certificate', coded('CERT_HAS_EXPIRED', 'certificate has expired'), 'TLS_DATE', 'no'],
    ['a clock behind', coded('CERT_NOT_YET_VALID', 'certificate is not yet valid'), 'TLS_DATE', 'no'],
    [
      'an authority of the company',
      coded('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'),
      'TLS_AUTHORITY',
      'no',
    ],
    ['the name of another host', coded('ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname/IP …'), 'TLS_NAME', 'no'],
    ['a server without TLS', coded('ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version'), 'TLS_FAILED', 'no'],
    ['an alert in the middle', coded('EPROTO', 'write EPROTO … bad record mac'), 'TLS_FAILED', 'unknown'],
    ['a broken connection', coded('ECONNRESET', 'socket hang up'), 'NET_BROKEN', 'unknown'],
    [
      'a connection that ends within the handshake',
      coded('ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'),
      'NET_BROKEN',
      'no',
    ],
    [
      'a silent connection',
      coded('ETIMEDOUT', 'read ETIMEDOUT', { syscall: 'read' }),
      'NET_TIMEOUT',
      'unknown',
    ],
    ['undici, not connected', coded('UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error'), 'NET_TIMEOUT', 'no'],
    ['undici, broken', coded('UND_ERR_SOCKET', 'other side closed'), 'NET_BROKEN', 'unknown'],
    ['no HTTP', coded('HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/'), 'API_FOREIGN', 'unknown'],
    ['a code that nobody knows', coded('ENEW', 'something new'), 'NETWORK_DOWN', 'unknown'],
  ])('is classified: %s', (_what, error, code, arrived) => {
    expect(classify(error)).toMatchObject({ code, arrived });
    // As fetch and undici wrap it.
    expect(classify(new TypeError('fetch failed', { cause: error }))).toMatchObject({ code, arrived });
  });

  it('is named after the attempt that says most: a dead IPv6 address is none of the user’s business', () => {
    const v6 = connect('ENETUNREACH', '2001:67c:4e8:f004::9:443');
    expect(classify(attempts(v6, connect('ECONNREFUSED', '1.2.3.4:443')))).toMatchObject({
      code: 'NET_REFUSED',
      arrived: 'no',
    });
    expect(classify(attempts(v6, connect('ETIMEDOUT', '1.2.3.4:443')))).toEqual({
      code: 'NET_TIMEOUT',
      reason: 'connect ENETUNREACH 2001:67c:4e8:f004::9:443; connect ETIMEDOUT 1.2.3.4:443',
      arrived: 'no',
    });
  });

  it('has a reason, whatever is thrown', () => {
    const circle: { cause?: unknown; message: string } = { message: '' };
    circle.cause = circle;
    const deep = Array.from({ length: 50 }).reduce<unknown>((cause) => ({ message: '', cause }), 'the end');
    const thrown: unknown[] = [
      null,
      undefined,
      '',
      7,
      [],
      {},
      circle,
      deep,
      Symbol('s'),
      new Error(''),
      new AggregateError([]),
      attempts(coded('ETIMEDOUT', '')),
      { code: 'ETIMEDOUT', message: 'request to https://x/ failed, reason: ' },
      { errors: [null, 3, { errors: [{ message: '\u202e\n' }] }] },
      { message: 'x'.repeat(1e6) },
      {
        get message() {
          return 5;
        },
        code: {},
      },
    ];
    for (const error of thrown) {
      const { reason } = classify(error);
      expect(reason).not.toBe('');
      expect(reason.length).toBeLessThanOrEqual(500);
      expect(reason).not.toContain('\n');
      expect(reason).not.toMatch(/:\s*$/);
    }
  });

  it('is in OpenSSL’s words, without lines of its source', () => {
    const raw =
      'write EPROTO 80:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../x.c:350:\n';
    const error = coded('EPROTO', raw);
    expect(classify(error).reason).toBe('EPROTO: wrong version number');
  });

  it('does not repeat what wraps it', () => {
    const fetched = {
      code: 'ECONNREFUSED',
      message: 'request to http://x/bot1:s/y failed, reason: connect ECONNREFUSED',
    };
    expect(classify(fetched).reason).toBe('connect ECONNREFUSED');
    expect(classify(new TypeError('fetch failed', { cause: new Error('the cause') })).reason).toBe(
      'the cause',
    );
  });

  it('was not sent if somebody watched and saw no connection, and may have been if one was seen', () => {
    const reset = coded('ECONNRESET', 'socket hang up');
    expect(classify(reset, { isSent: false }).arrived).toBe('no');
    expect(classify(connect('ECONNREFUSED', '1.2.3.4:1'), { isSent: true }).arrived).toBe('unknown');
  });

  it('says how far a call came that took too long', () => {
    const aborted = Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });
    expect(classify(aborted, { isSent: false, isTimeout: true })).toEqual({
      code: 'NET_TIMEOUT',
      reason: 'no connection in time',
      arrived: 'no',
    });
    expect(classify(aborted, { isSent: true, isTimeout: true })).toMatchObject({
      reason: 'connected, but no answer in time',
      arrived: 'unknown',
    });
  });

  it('is the proxy’s where there is one: a connection, a name, a refused tunnel', () => {
    const proxied = { proxyHost: 'proxy.lan' };
    expect(classify(connect('ECONNREFUSED', '10.0.0.1:3128'), proxied).code).toBe('PROXY_UNREACHABLE');
    const unknown = (hostname: string): Error =>
      coded('ENOTFOUND', `getaddrinfo ENOTFOUND ${hostname}`, { syscall: 'getaddrinfo', hostname });
    expect(classify(unknown('proxy.lan'), proxied).code).toBe('PROXY_UNREACHABLE');
    expect(classify(unknown('api.telegram.org'), proxied).code).toBe('NET_DNS');
    const tunnel = (status: number): Error =>
      coded('UND_ERR_ABORTED', `Proxy response (${status}) !== 200 when HTTP Tunneling`);
    expect(classify(tunnel(407), proxied)).toMatchObject({ code: 'PROXY_AUTH', arrived: 'no' });
    expect(classify(tunnel(502), proxied)).toMatchObject({ code: 'PROXY_DENIED', arrived: 'no' });
    // Once the tunnel stands, a broken connection is one to Telegram.
    expect(classify(coded('ECONNRESET', 'x'), { ...proxied, isSent: true }).code).toBe('NET_BROKEN');
    expect(classify(coded('CERT_HAS_EXPIRED', 'x'), proxied).code).toBe('TLS_DATE');
  });
});

describe('a program that cannot be started', () => {
  it.each([
    ['ENOENT', 'spawn /x/node', 'LOCAL_PROGRAM'],
    ['EACCES', 'spawn /x/node', 'LOCAL_PROGRAM'],
    ['EAGAIN', 'spawn', 'LOCAL_LIMIT'],
    ['EMFILE', 'spawn', 'LOCAL_LIMIT'],
  ])('is classified: %s', (code, syscall, trouble) => {
    const error = coded(code, `${syscall} ${code}`, { syscall });
    expect(classify(error)).toEqual({ code: trouble, reason: `${syscall} ${code}`, arrived: 'no' });
    expect(programAdvice(error)).toMatchObject({ code: trouble });
  });
});

it('is a limit of this machine when no descriptor is left', () => {
  const script = `
    const { openSync } = require('node:fs');
    const { get } = require('node:http');
    try { for (;;) openSync('/dev/null'); } catch {}
    get('http://127.0.0.1:9').on('error', ({ code, syscall, message }) => console.log(JSON.stringify({ code, syscall, message })));`;
  const args = ['-c', 'ulimit -n 40; exec "$0" -e "$1"', process.execPath, script];
  const { stdout } = spawnSync('sh', args, { encoding: 'utf8' });
  expect(classify(JSON.parse(stdout))).toMatchObject({ code: 'LOCAL_LIMIT', arrived: 'no' });
});

describe('an answer', () => {
  it.each([
    [404, undefined, 'API_PATH', 'no'],
    [404, 'Not Found', 'API_PATH', 'no'],
    [401, 'Unauthorized', 'TOKEN_REFUSED', 'no'],
    [401, undefined, 'API_FOREIGN', 'unknown'],
    [200, undefined, 'API_FOREIGN', 'unknown'],
    [302, undefined, 'API_FOREIGN', 'unknown'],
    [511, undefined, 'API_DOWN', 'unknown'],
    [407, undefined, 'PROXY_AUTH', 'no'],
    [429, 'Too Many Requests', 'API_RATE', 'no'],
    [502, 'Bad Gateway', 'API_DOWN', 'unknown'],
  ])('of %i %s is %s', (status, description, code, arrived) => {
    const answer = {
      status,
      contentType: 'text/html',
      ...(description === undefined ? {} : { description }),
    };
    expect(classifyAnswer(answer)).toMatchObject({
      code,
      arrived,
      reason: expect.stringMatching(/\d/) as string,
    });
  });

  it('of Telegram to this very request is no trouble', () => {
    for (const [status, description] of [
      [200, ''],
      [400, 'Bad Request: message is too long'],
      [403, 'Forbidden: bot was blocked by the user'],
      [404, 'Not Found: method not found'],
      [409, 'Conflict: terminated by other getUpdates request'],
    ] as const)
      expect(classifyAnswer({ status, description })).toBeNull();
  });
});

describe('advice', () => {
  const way = {
    apiRoot: 'https://me:s3cret@api.example/tg?x=1',
    proxyUrl: 'http://u:s3cret@p:1',
    file: '/x/.env',
  };

  it('exists for each trouble, once, names the place and shows no password', () => {
    const todos = TROUBLES.map((code) => adviceOf({ code, reason: 'because.' }, way, Date.UTC(2020, 0, 2)));
    expect(new Set(todos.map(({ todo }) => todo)).size).toBe(TROUBLES.length);
    for (const { what, todo, code } of todos) {
      expect(FAULTS[code]).toBeDefined();
      expect(`${what} ${todo}`).not.toMatch(/s3cret|undefined|\{|\.\./);
    }
  });

  it('says what the clock of this machine shows, even an impossible one', () => {
    expect(adviceOf({ code: 'TLS_DATE', reason: 'x' }, way, Date.UTC(2020, 0, 2, 3, 4)).what).toContain(
      '2020-01-02 03:04 UTC',
    );
    expect(adviceOf({ code: 'TLS_DATE', reason: '' }, way, Number.NaN).what).toContain('no reason given');
  });

  it('names the proxy when it is the proxy’s certificate', () => {
    const trouble = classify(
      coded('PROXY_UNREACHABLE', 'certificate has expired', {
        cause: coded('CERT_HAS_EXPIRED', 'certificate has expired'),
      }),
      { proxyHost: 'p', isSent: false },
    );
    expect(adviceOf(trouble, way, 0).what).toContain('http://p:1');
    expect(shownUrl('nonsense')).toBe('an invalid address');
    expect(fault('POLL_HELD', { reason: 'x' }).exit).toBe(75);
  });
});
