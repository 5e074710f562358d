// Reads: packages/worker/src/*.ts docs/how-it-works.md
import { BEGIN, END, pictureOf, withPicture } from '../graph/picture';
import { read, root } from './files';
import { arrows } from './rooms';

const DOCUMENT = 'docs/how-it-works.md';

it('shows in how-it-works.md the rooms as they are (npm run check:graph -- --write draws them again)', () => {
  const document = read(DOCUMENT);
  expect(document).toBe(withPicture(document, pictureOf(arrows(root))));
});

it('notices a picture that is out of date', () => {
  const picture = pictureOf(arrows(root));
  const outdated = `# Title\n\n${BEGIN}\n\n${picture.replace(/ \d+/, ' 999')}\n\n${END}\n`;
  expect(withPicture(outdated, picture)).not.toBe(outdated);
  expect(withPicture(withPicture(outdated, picture), picture)).toBe(withPicture(outdated, picture));
});

it('refuses a document without a place for the picture', () => {
  expect(() => withPicture('# Title\n', pictureOf(arrows(root)))).toThrow(BEGIN);
});
