import { basename, join, resolve } from 'node:path';
import fc from 'fast-check';
import { fileName, safeName } from './names';

const name = (hostile: string): string => safeName({ kind: 'document', name: hostile });

it.each([
  ['report.pdf', 'report.pdf'],
  ['Grüße an Ärzte.txt', 'Grüße-an-Ärzte.txt'],
  ['日本語.md', '日本語.md'],
  ['../../etc/passwd', 'etc-passwd'],
  ['..', 'file'],
  ['.bashrc', 'bashrc'],
  ['-rf', 'rf'],
  ['a\u0000b.txt', 'a-b.txt'],
  ['C:\\Windows\\x.exe', 'C-Windows-x.exe'],
  ['invoice\u202egpj.exe', 'invoice-gpj.exe'],
  ['a\nb\tc', 'a-b-c'],
  ['$(reboot) `x` "y" \'z\'.sh', 'reboot-x-y-z-.sh'],
  ['\ud83d', 'file'],
  ['   ', 'file'],
])('makes of %j a name that is only a name: %j', (hostile, safe) => {
  expect(name(hostile)).toBe(safe);
});

it('keeps the extension of a name that is much too long', () => {
  const long = name(`${'ä'.repeat(5_000)}.tar`);
  expect(long).toMatch(/^ä+\.tar$/);
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(100);
});

it('names a file by its kind if its sender gave no name', () => {
  expect(safeName({ kind: 'photo' })).toBe('photo.jpg');
  expect(safeName({ kind: 'voice' })).toBe('voice.oga');
});

it('never leaves the directory, whatever the name is', () => {
  const inbox = '/srv/.ccbot-inbox';
  const piece = fc.constantFrom('..', '/', '\\', '\0', '.', '-', '\u202e', '~', 'a', ' ', '\u0301');
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((p) => p.join('')),
  );
  fc.assert(
    fc.property(hostile, (given) => {
      const file = fileName(0, name(given), 1);
      expect(resolve(join(inbox, file))).toBe(`${inbox}/${file}`);
      expect(basename(file)).toBe(file);
      expect(file).toMatch(/^19700101-000000-[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u);
      expect(Buffer.byteLength(file)).toBeLessThan(200);
    }),
  );
});

it('tells files with the same name apart', () => {
  expect([1, 2, 3].map((n) => fileName(0, 'a.tar', n))).toEqual([
    '19700101-000000-a.tar',
    '19700101-000000-a-2.tar',
    '19700101-000000-a-3.tar',
  ]);
});
