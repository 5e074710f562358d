/** A text as Telegram takes it: without marks, and with entities in UTF-16 units. */
export interface Message {
  text: string;
  entities: { type: 'code'; offset: number; length: number }[];
}

/** Shows as code what stands between back-quotes, as it is marked in faults and notices. Any other mark is text. */
export function messageOf(marked: string): Message {
  const entities: Message['entities'] = [];
  let text = '';
  let read = 0;
  for (const { index, 0: whole, 1: code = '' } of marked.matchAll(/`([^`\s](?:[^`\n]*[^`\s])?)`/g)) {
    text += marked.slice(read, index);
    entities.push({ type: 'code', offset: text.length, length: code.length });
    text += code;
    read = index + whole.length;
  }
  return { text: text + marked.slice(read), entities };
}
