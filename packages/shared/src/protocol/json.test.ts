import * as z from 'zod/mini';
import { parseJson } from './json';

const point = z.object({ x: z.number() });

it('returns the content when the text fits the schema', () => {
  expect(parseJson(point, '{"x":1,"more":2}')).toEqual({ x: 1 });
});

it.each(['', '{"x":', 'null', '[]', '1', '{"x":"1"}', '{}'])('returns null when the text is %j', (text) => {
  expect(parseJson(point, text)).toBeNull();
});
