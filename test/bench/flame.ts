/** The parts of a CPU profile of V8 that are needed. Times are µs of the monotonic clock. */
export interface Profile {
  nodes: readonly ProfileNode[];
  samples: readonly number[];
  timeDeltas: readonly number[];
  startTime: number;
}

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string };
  children?: readonly number[];
}

/** Something that happened at `atUs`. */
export interface Mark {
  atUs: number;
  text: string;
}

/** A call that took a while: `depth` frames deep, 0 is the outermost. */
export interface Frame {
  name: string;
  depth: number;
  fromUs: number;
  toUs: number;
}

/** Time in which nothing ran. */
const NOT_WORK: ReadonlySet<string> = new Set(['(idle)', '(program)', '(root)']);

/** Joins neighbouring samples of the same call into frames. */
export function framesOf({ nodes, samples, timeDeltas, startTime }: Profile): Frame[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const frames: Frame[] = [];
  let open: { node: number; frame: Frame }[] = [];
  let at = startTime;
  samples.forEach((sample, i) => {
    at += timeDeltas[i] ?? 0;
    const until = at + (timeDeltas[i + 1] ?? 0);
    const stack: number[] = [];
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) stack.unshift(id);
    const calls = stack.filter((id) => !NOT_WORK.has(byId.get(id)?.callFrame.functionName ?? ''));
    const same = open.findIndex(({ node }, depth) => node !== calls[depth]);
    open = open.slice(0, same === -1 ? Math.min(open.length, calls.length) : same);
    for (const { frame } of open) frame.toUs = until;
    for (const id of calls.slice(open.length)) {
      const frame = { name: nameOf(byId.get(id)), depth: open.length, fromUs: at, toUs: until };
      frames.push(frame);
      open.push({ node: id, frame });
    }
  });
  return frames;
}

const nameOf = (node: ProfileNode | undefined): string => node?.callFrame.functionName || '(anonymous)';

const SIZE = { width: 1_200, row: 15, label: 70, margin: 8 };

/** A chart of the frames between two times, as SVG: time goes right, calls go down. */
export function flameChart(
  frames: readonly Frame[],
  { title, fromUs, toUs, marks }: { title: string; fromUs: number; toUs: number; marks: readonly Mark[] },
): string {
  const shown = frames
    .filter((frame) => frame.toUs > fromUs && frame.fromUs < toUs)
    .map((frame) => ({ ...frame, fromUs: Math.max(fromUs, frame.fromUs), toUs: Math.min(toUs, frame.toUs) }));
  const scale = (SIZE.width - 2 * SIZE.margin) / (toUs - fromUs);
  const x = (us: number): number => SIZE.margin + (us - fromUs) * scale;
  const top = 26 + marks.length * 14;
  const height = top + (Math.max(0, ...shown.map(({ depth }) => depth)) + 1) * SIZE.row + 26;
  const bars = shown.map((frame) => bar(frame, { left: x(frame.fromUs), right: x(frame.toUs), top }));
  const lines = marks.map(({ atUs, text }, i) => {
    const left = x(atUs).toFixed(1);
    const isRight = x(atUs) > SIZE.width * 0.7;
    const label = `${escape(text)} ${((atUs - fromUs) / 1_000).toFixed(1)} ms`;
    return `<path d="M${left} ${26 + i * 14}V${height - 20}" stroke="#b00" stroke-dasharray="3 2"/><text x="${left}" dx="${isRight ? -4 : 4}" y="${34 + i * 14}" text-anchor="${isRight ? 'end' : 'start'}" fill="#b00">${label}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${SIZE.margin}" y="16" font-size="13" font-weight="bold">${escape(title)}</text>`,
    ...bars,
    ...lines,
    `<text x="${SIZE.margin}" y="${height - 6}">0 ms</text><text x="${SIZE.width - SIZE.margin}" y="${height - 6}" text-anchor="end">${((toUs - fromUs) / 1_000).toFixed(1)} ms</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** Narrower bars are left out, px. */
const BAR_MIN = 0.6;

/** Width of a letter, px. */
const LETTER = 6;

function bar({ name, depth, fromUs, toUs }: Frame, at: { left: number; right: number; top: number }): string {
  const width = at.right - at.left;
  if (width < BAR_MIN) return '';
  const y = at.top + depth * SIZE.row;
  const letters = Math.floor((width - 4) / LETTER);
  const label =
    width < 24
      ? ''
      : `<text x="${(at.left + 2).toFixed(1)}" y="${y + 11}">${escape(name.slice(0, letters))}</text>`;
  return `<g><title>${escape(name)} ${((toUs - fromUs) / 1_000).toFixed(2)} ms</title><rect x="${at.left.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${SIZE.row - 1}" fill="${colourOf(name)}"/>${label}</g>`;
}

/** The same name has the same colour in every chart. */
function colourOf(name: string): string {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return `hsl(${20 + (hash % 50)} 85% ${70 + (hash % 12)}%)`;
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
