import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { ApiError, bad, type Upload } from './model';

/** Room for the form around a file, bytes. */
const FORM = 1024 * 1024;

const PARTS_MAX = 100;

/**
 * The parameters of a request, from its query and its body: JSON, a form, or a form with files of at most `fileMax` bytes.
 */
export async function readBody(req: IncomingMessage, fileMax: number): Promise<Record<string, unknown>> {
  const query = Object.fromEntries(new URL(req.url ?? '/', 'http://x').searchParams);
  const type = req.headers['content-type'] ?? '';
  if (/^multipart\/form-data/i.test(type)) return { ...query, ...(await readForm(req, type, fileMax)) };
  const text = await readText(req, fileMax + FORM);
  if (text === '') return query;
  if (!/json/i.test(type)) return { ...query, ...Object.fromEntries(new URLSearchParams(text)) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad("can't parse JSON object");
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('object expected');
  return { ...query, ...value };
}

async function readText(req: IncomingMessage, max: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= max) chunks.push(chunk); // the rest is still read, so that the client gets the answer
  }
  if (length > max) throw tooLarge();
  return Buffer.concat(chunks).toString('utf8');
}

function readForm(req: IncomingMessage, type: string, fileMax: number): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, unknown> = {};
    let isTooLarge = false;
    let form: BusboyInstance;
    try {
      form = new Busboy({
        headers: { ...req.headers, 'content-type': type } as BusboyHeaders,
        limits: { fileSize: fileMax, fieldSize: 1024 * 1024, parts: PARTS_MAX },
      });
    } catch {
      req.resume();
      reject(bad('the form has no boundary'));
      return;
    }
    form.on('field', (name: string, value: string, _n: boolean, cut: boolean) => {
      if (cut) isTooLarge = true;
      fields[name] = value;
    });
    form.on('file', (name, stream, filename, _encoding, mime) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => (isTooLarge = true));
      stream.on('end', () => {
        const upload: Upload = { name: filename, mime, bytes: Buffer.concat(chunks) };
        fields[name] = upload;
      });
    });
    form.on('partsLimit', () => (isTooLarge = true));
    form.on('error', () => reject(bad('the form ends too early')));
    form.on('finish', () => (isTooLarge ? reject(tooLarge()) : resolve(fields)));
    req.on('aborted', () => reject(bad('the request ends too early')));
    req.pipe(form);
  });
}

function tooLarge(): ApiError {
  return new ApiError(413, 'Request Entity Too Large');
}
