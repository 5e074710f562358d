import { button } from '../cards/button';
import { BUTTON } from '../cards/buttons';
import { keys } from '../outbox/keys';
import type { Prompt } from '../prompts/model';
import { FolderError, freePath, openPlace, prepareInbox } from './folder';
import type { Saved } from './model';
import type { ReleaseDeps } from './release';

/** The name of a refused message as a file. */
const FILE_NAME = 'message.txt';

/**
 * Tells the author that a prompt was not typed, because it holds more than the author's own text and would run, and
 * offers to save it as a file. The files that came with it are saved already.
 */
export function tellRefused(deps: ReleaseDeps, prompt: Prompt): void {
  const { disk, target, replies } = deps;
  const { id, chatId, session, messageId } = prompt;
  const parts = disk.attachments.get(id)?.parts ?? [];
  const files = parts.flatMap(({ fate }) => fate?.path ?? []);
  // A file without a text is saved already.
  const canSave = parts.length === 0 || parts.some(({ file, text }) => file === undefined || text !== '');
  const words = replies.wordsOf(chatId);
  const text = words.notTyped(target.session(session)?.name ?? session, files, canSave);
  const rows = canSave ? [[button(BUTTON.saveText, words.saveAsFile, { prompt: id })]] : [];
  replies.tell({ chatId, thread: 'session', session }, keys.refused(id), text, messageId, rows);
}

/** Writes a refused prompt to a file in the inbox of its session, and tells where it is. Types nothing. */
export async function saveAsFile(deps: ReleaseDeps, chatId: number, id: number): Promise<Saved> {
  const { target, replies } = deps;
  const prompt = target.prompts.get(id);
  const workdir = prompt === undefined ? undefined : await target.directory(prompt.session);
  if (prompt === undefined || prompt.chatId !== chatId || prompt.state !== 'dropped' || workdir === undefined)
    return 'gone';
  const words = replies.wordsOf(chatId);
  const { session, messageId } = prompt;
  const tell = (text: string): void =>
    replies.tell({ chatId, thread: 'session', session }, keys.refused(id), text, messageId);
  try {
    tell(words.savedAs(await writeText(deps, prompt, workdir)));
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    tell(words.notSaved(words.whyNoFile[error.why](error.path, error.message)));
  }
  return 'saved';
}

async function writeText(
  { disk: { attachments }, clock }: ReleaseDeps,
  { id, text }: Prompt,
  workdir: string,
): Promise<string> {
  const at = clock.now();
  // Reserved, so that it is deleted with the other incoming files.
  const path = await freePath(await prepareInbox(workdir), { at, name: FILE_NAME }, (free) =>
    attachments.reserve(free, id, at),
  );
  const place = await openPlace(path);
  try {
    await place.handle.writeFile(`${text}\n`);
  } catch (error) {
    await place.discard();
    throw error;
  }
  await place.keep();
  return path;
}
