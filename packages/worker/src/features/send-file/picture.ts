/** Whether a file starts like a picture that Telegram shows as a photo: PNG, JPEG or WebP. */
export function isPictureFile(head: Uint8Array): boolean {
  const starts = (at: number, ...bytes: number[]): boolean => bytes.every((byte, i) => head[at + i] === byte);
  const png = starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const jpeg = starts(0, 0xff, 0xd8, 0xff);
  const webp = starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50);
  return png || jpeg || webp;
}
