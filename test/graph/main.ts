import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrows, cycles, isAllowed, importsWithin } from '../repo/rooms';
import { command } from '../options';
import { pictureOf, withPicture } from './picture';

const root = process.env['CCBOT_ROOT'] ?? process.cwd();
const DOCUMENT = join(root, 'docs/how-it-works.md');
const short = (file: string): string => file.replace('packages/worker/src/', '');

/** Prints the rooms of the worker and the arrows between them; the exit code is 1 where an arrow runs the wrong way. */
function main(): number {
  const { json, write } = command(
    'check:graph',
    'The rooms of the worker and the imports between them, types included.',
  )
    .option('--json', 'print every import that crosses from one room into another', false)
    .option('--write', 'put the picture into docs/how-it-works.md', false)
    .parse()
    .opts<{ json: boolean; write: boolean }>();
  const all = arrows(root);
  const picture = pictureOf(all);
  if (write) writeFileSync(DOCUMENT, withPicture(readFileSync(DOCUMENT, 'utf8'), picture));
  console.log(json ? JSON.stringify(all) : picture.replaceAll(/^```(?:text)?\n?/gm, ''));
  const wrong = all.filter((arrow) => !isAllowed(arrow));
  for (const { importer, imported } of wrong)
    console.error(`wrong way: ${short(importer)} > ${short(imported)}`);
  const loops = cycles(importsWithin(root));
  for (const loop of loops) console.error(`cycle: ${loop.map(short).join(' > ')}`);
  return wrong.length + loops.length > 0 ? 1 : 0;
}

process.exitCode = main();
