import { promises } from 'node:fs';

/** The first `most` bytes of a file, as text. Null when there is no readable file. */
export async function fileHead(path: string, most: number): Promise<string | null> {
  let file: promises.FileHandle;
  try {
    file = await promises.open(path, 'r');
  } catch {
    return null; // missing, or no permission
  }
  try {
    if (!(await file.stat()).isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } catch {
    return null; // deleted in the meantime
  } finally {
    await file.close();
  }
}
