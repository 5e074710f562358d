import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { withValues, writeValues } from './env-file';

describe('setting values in a settings file', () => {
  it('replaces the line of a value and nothing else', () => {
    const before = '# mine\nA=1\n\nexport B = two # why\nC="three"\n';
    expect(withValues(before, { B: '2', D: '4' })).toBe('# mine\nA=1\n\nB=2\nC="three"\nD=4\n');
  });

  it('leaves one line of a duplicate value', () => {
    expect(withValues('A=1\nA=2\n', { A: '3' })).toBe('A=3\n');
  });

  it('fills an empty file, and completes one that was cut in the middle of a line', () => {
    expect(withValues('', { A: 'b' })).toBe('A=b\n');
    expect(withValues('X=1\nTELEGRAM_BOT_TOKEN=12345', { TELEGRAM_BOT_TOKEN: '1:x' })).toBe(
      'X=1\nTELEGRAM_BOT_TOKEN=1:x\n',
    );
  });

  it('is read back unchanged among lines of any kind', () => {
    const value = fc.stringMatching(/^[\w:,./@+-]{1,30}$/);
    const line = fc.oneof(
      fc.stringMatching(/^[A-Z_]{1,8}=[\w ]{0,10}$/),
      fc.stringMatching(/^# [ -~]{0,20}$/),
      fc.constant(''),
    );
    fc.assert(
      fc.property(fc.array(line), value, (lines, text) => {
        const others = parse(lines.join('\n'));
        expect(parse(withValues(lines.join('\n'), { KEY: text }))).toEqual({ ...others, KEY: text });
      }),
    );
  });

  it('is read back unchanged with spaces and special characters', () => {
    const text = 'a b # c "d" $e \\f';
    expect(parse(withValues('', { KEY: text }))['KEY']).toBe(text);
  });
});

describe('writing a settings file', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-env-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('makes it private and leaves no temporary file', () => {
    const path = join(dir, 'new', '.env');
    const written: string[] = [];
    writeValues(path, { A: '1' }, (text) => written.push(text));
    expect(written).toEqual(['A=1\n']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'new')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(dir, 'new'))).toEqual(['.env']);
  });

  it('makes a public file private', () => {
    const path = join(dir, '.env');
    writeFileSync(path, 'A=1\n', { mode: 0o644 });
    writeValues(path, { B: '2' }, () => undefined);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe('A=1\nB=2\n');
  });

  it('keeps the old file if the new one cannot be written', () => {
    const path = join(dir, '.env');
    writeFileSync(path, 'A=1\n');
    writeFileSync(`${path}.${process.pid}.tmp`, 'somebody else’s');
    expect(() => writeValues(path, { A: '2' }, () => undefined)).toThrow();
    expect(readFileSync(path, 'utf8')).toBe('A=1\n');
  });
});
