import { flameChart, framesOf, type Profile } from './flame';

const node = (id: number, functionName: string, ...children: number[]) => ({
  id,
  callFrame: { functionName, url: '' },
  children,
});

/** a calls b, then b ends; idle; then a again. A sample every 100 µs. */
const profile: Profile = {
  nodes: [node(1, '(root)', 2, 4), node(2, 'a', 3), node(3, 'b'), node(4, '(idle)')],
  samples: [2, 3, 3, 2, 4, 2],
  timeDeltas: [100, 100, 100, 100, 100, 100],
  startTime: 1_000,
};

it('joins neighbouring samples of a call, and begins another frame after a pause', () => {
  expect(framesOf(profile)).toEqual([
    { name: 'a', depth: 0, fromUs: 1_100, toUs: 1_500 },
    { name: 'b', depth: 1, fromUs: 1_200, toUs: 1_400 },
    { name: 'a', depth: 0, fromUs: 1_600, toUs: 1_600 },
  ]);
});

it('shows only what ran between the two times, cut to them', () => {
  const chart = flameChart(framesOf(profile), { title: 't', fromUs: 1_250, toUs: 1_450, marks: [] });
  expect(chart.match(/<title>.*?<\/title>/g)).toEqual([
    '<title>a 0.20 ms</title>',
    '<title>b 0.15 ms</title>',
  ]);
});

it('writes names and marks as text, whatever signs they have', () => {
  const frames = [{ name: '<script>&"', depth: 0, fromUs: 0, toUs: 100 }];
  const marks = [{ atUs: 50, text: 'half & more' }];
  const chart = flameChart(frames, { title: '<t>', fromUs: 0, toUs: 100, marks });
  expect(chart).not.toContain('<script>');
  expect(chart).toContain('half &#38; more 0.1 ms');
});

it('is a chart without bars when nothing ran', () => {
  expect(flameChart([], { title: 't', fromUs: 0, toUs: 100, marks: [] })).toContain('</svg>');
});
