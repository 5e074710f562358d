import { png } from './fixtures/client';
import { sizeOf } from './picture';

it('reads the size of PNG, GIF and JPEG', () => {
  expect(sizeOf(png(640, 480))).toEqual({ width: 640, height: 480 });
  expect(sizeOf(Buffer.from('4749463839612c01c800', 'hex'))).toEqual({ width: 300, height: 200 });
  const frame = 'ffc0' + '0011' + '08' + '00c8' + '012c' + '03'.repeat(10);
  expect(sizeOf(Buffer.from('ffd8' + 'fffe' + '0004' + '6162' + frame, 'hex'))).toEqual({
    width: 300,
    height: 200,
  });
});

it('reads the size of the three kinds of WebP', () => {
  const webp = (kind: string, rest: string): Buffer =>
    Buffer.concat([
      Buffer.from('RIFF\0\0\0\0WEBP' + kind, 'latin1'),
      Buffer.from(rest.padEnd(40, '0'), 'hex'),
    ]);
  expect(sizeOf(webp('VP8X', '0a000000' + '00000000' + '2b0100' + 'c70000'))).toEqual({
    width: 300,
    height: 200,
  });
  expect(sizeOf(webp('VP8 ', '0a000000' + '000000' + '9d012a' + '2c01' + 'c800'))).toEqual({
    width: 300,
    height: 200,
  });
  const bits = 299 | (199 << 14);
  const lossless = Buffer.alloc(4);
  lossless.writeUInt32LE(bits);
  expect(sizeOf(webp('VP8L', '0a000000' + '2f' + lossless.toString('hex')))).toEqual({
    width: 300,
    height: 200,
  });
});

it.each(['', 'ff', 'ffd8', 'ffd8ffc0', 'ffd8ffe00002', '89504e47', '474946383961', '25504446'])(
  'finds no size in other files and in truncated pictures: %s',
  (hex) => expect(sizeOf(Buffer.from(hex, 'hex'))).toBeNull(),
);
