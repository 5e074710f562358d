import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { loadImage, createCanvas } from '@napi-rs/canvas';
import type { Capture } from '../terminal/model';
import { createPainter, PictureError, type Painter } from './painter';

let dir: string;
let program: string;
let painter: Painter | undefined;
const env = { PATH: process.env['PATH'] };

beforeAll(() => {
  // Inside the workspace, since the program looks for fonts in its packages.
  dir = mkdtempSync(join(__dirname, '../../.picture-test-'));
  program = join(dir, 'picture.js');
  buildSync({
    entryPoints: [join(__dirname, 'main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    external: ['@napi-rs/canvas'],
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(async () => painter?.stop());

const captureOf = (lines: string[], more: Partial<Capture> = {}): Capture => ({
  cols: 20,
  rows: 4,
  lines,
  cursor: null,
  alternate: false,
  ...more,
});

/** The colours in a cell of a picture, most frequent first. */
async function coloursIn(png: Uint8Array, x: number, y: number, cells = 1): Promise<string[]> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  const { data } = canvas.getContext('2d').getImageData(10 + x * 10, 10 + y * 20, 10 * cells, 20);
  const counts = new Map<string, number>();
  for (let i = 0; i < data.length; i += 4) {
    const colour = [...data.subarray(i, i + 3)].map((v) => v.toString(16).padStart(2, '0')).join('');
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
}

it('draws letters, colours and the cursor, each in its cell', async () => {
  painter = createPainter({ program, env });
  const png = await painter.paint(
    captureOf(['A\u001b[48;2;10;200;30m  \u001b[0m'], { cursor: { x: 5, y: 3 } }),
  );
  const image = await loadImage(png);
  expect([image.width, image.height]).toEqual([220, 100]);
  expect(await coloursIn(png, 0, 0)).toContain('dcdfe4');
  expect(await coloursIn(png, 1, 0)).toEqual(['0ac81e']);
  expect(await coloursIn(png, 4, 3)).toEqual(['16181d']);
  expect(await coloursIn(png, 5, 3)).toHaveLength(1);
  expect(await coloursIn(png, 5, 3)).not.toEqual(['16181d']);
});

it('draws Chinese, Japanese, Korean and emoji with a font that has them, the emoji in their colours', async () => {
  painter = createPainter({ program, env });
  const png = await painter.paint(captureOf(['中か한🎉', '\ue000']));
  const drawn = await Promise.all([0, 2, 4, 6].map((x) => coloursIn(png, x, 0, 2)));
  for (const colours of drawn) expect(colours.length).toBeGreaterThan(1);
  // Three letters are three shapes: none is the box that stands for a missing one.
  const shapes = await Promise.all([0, 2, 4].map((x) => shapeOf(png, x)));
  expect(new Set(shapes).size).toBe(3);
  const coloured = (drawn[3] ?? []).filter((c) => c.slice(0, 2) !== c.slice(2, 4));
  expect(coloured.length).toBeGreaterThan(5);
});

async function shapeOf(png: Uint8Array, x: number): Promise<string> {
  const image = await loadImage(png);
  const canvas = createCanvas(20, 20);
  canvas.getContext('2d').drawImage(image, -10 - x * 10, -10);
  return Buffer.from(canvas.getContext('2d').getImageData(0, 0, 20, 20).data).toString('base64');
}

it('draws a picture that Telegram accepts of a screen of any shape', async () => {
  painter = createPainter({ program, env });
  for (const [cols, rows] of [
    [2_000, 1],
    [1, 500],
    [1, 1],
  ] as const) {
    const image = await loadImage(await painter.paint(captureOf(['x'], { cols, rows })));
    expect(Math.max(image.width / image.height, image.height / image.width)).toBeLessThan(20);
    expect(image.width + image.height).toBeLessThanOrEqual(10_000);
  }
});

it('draws several pictures at once, each for its own request', async () => {
  painter = createPainter({ program, env });
  const pictures = await Promise.all(
    ['010203', '0a0b0c', '646566'].map((hex) => {
      const [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
      return (painter as Painter).paint(captureOf([`\u001b[48;2;${r};${g};${b}m  `]));
    }),
  );
  expect((await Promise.all(pictures.map((png) => coloursIn(png, 0, 0)))).flat()).toEqual([
    '010203',
    '0a0b0c',
    '646566',
  ]);
});

it('reports why the drawing program ended, and starts a new one for the next picture', async () => {
  const broken = join(dir, 'broken.js');
  writeFileSync(broken, "process.on('message', () => process.exit(9));");
  painter = createPainter({ program: broken, env });
  await expect(painter.paint(captureOf(['x']))).rejects.toThrow('the drawing program ended (9)');
  await expect(painter.paint(captureOf(['x']))).rejects.toThrow(PictureError);
});

it('reports a drawing program that is missing or does not answer', async () => {
  painter = createPainter({ program: join(dir, 'missing.js'), env });
  await expect(painter.paint(captureOf(['x']))).rejects.toThrow(PictureError);
  const mute = join(dir, 'mute.js');
  writeFileSync(mute, "process.on('message', () => undefined);");
  const patient = createPainter({ program: mute, env, patienceMs: 50 });
  await expect(patient.paint(captureOf(['x']))).rejects.toThrow('it took longer than 0.05 seconds');
  await patient.stop();
});

it('reports a font that cannot be read', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'ccbot-picture-'));
  try {
    buildSync({
      entryPoints: [join(__dirname, 'main.ts')],
      outfile: join(elsewhere, 'picture.js'),
      bundle: true,
      platform: 'node',
      external: ['@napi-rs/canvas'],
      banner: { js: `module.paths.push(${JSON.stringify(join(__dirname, '../../../../node_modules'))});` },
    });
    painter = createPainter({ program: join(elsewhere, 'picture.js'), env });
    await expect(painter.paint(captureOf(['x']))).rejects.toThrow(
      'the package @fontsource/dejavu-mono is not installed',
    );
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

it('ends its program some time after the last picture, and immediately when it is stopped', async () => {
  const pids = join(dir, 'pids');
  writeFileSync(pids, '');
  const recording = join(dir, 'recording.js');
  writeFileSync(
    recording,
    `require('fs').appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n'); require('./picture.js');`,
  );
  const started = (): number[] => readFileSync(pids, 'utf8').split('\n').filter(Boolean).map(Number);
  painter = createPainter({ program: recording, env, keepMs: 1 });
  await painter.paint(captureOf(['x']));
  await gone(started()[0] ?? 0);
  await painter.paint(captureOf(['y']));
  expect(started()).toHaveLength(2);
  await painter.stop();
  expect(alive(started()[1] ?? 0)).toBe(false);
  await expect(painter.paint(captureOf(['z']))).rejects.toThrow('ccbot stops');
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 5)); // only a parent is notified of an exit
}
