/** The sandbox as the page calls it. Every call rejects with a message for the user. */

/** A file of this type is sent as a voice message, which is what a phone records. */
const VOICE = /^audio\/ogg\b/;

/** Telegram's limit for an album. */
const ALBUM_FILES = 10;

export async function act(action: Record<string, unknown>): Promise<{ query?: string }> {
  const headers = { 'content-type': 'application/json' };
  return answerOf(await fetch('act', { method: 'POST', headers, body: JSON.stringify(action) }));
}

/** Sends files as a phone does: several as albums, with the caption under the first. */
export async function upload(person: string, files: readonly File[], caption: string): Promise<void> {
  const album = files.length > 1 && files.length <= ALBUM_FILES ? String(Date.now()) : '';
  for (const [i, file] of files.entries()) {
    const query = new URLSearchParams({ person, name: file.name, mime: file.type });
    if (album !== '') query.set('album', album + albumKind(file));
    if (VOICE.test(file.type)) query.set('as', 'voice');
    if (i === 0) query.set('caption', caption);
    await answerOf(await fetch(`upload?${query.toString()}`, { method: 'POST', body: file }));
  }
}

/** Pictures, sounds and documents each get an album of their own. */
function albumKind(file: File): number {
  return ['image', 'audio'].indexOf(file.type.split('/')[0] ?? '') + 1;
}

async function answerOf(response: Response): Promise<{ query?: string }> {
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { query?: string };
}
