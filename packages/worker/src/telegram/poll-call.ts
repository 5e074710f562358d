import { request as httpRequest, type IncomingMessage } from 'node:http';
import { parseJson } from '@ccbot/shared/protocol/json';
import { apiAnswer, ApiError, type ApiPlace, type Call, type CallRequest } from './call';

/**
 * Calls over Node.js alone, for polls: the first one must not wait for telegraf's client, which takes 30 ms to load. `onSent`
 * is called whenever a request has left this process.
 */
export function createPollCall({ token, apiRoot }: ApiPlace, onSent: () => void = () => undefined): Call {
  return async (request) => {
    const url = `${apiRoot}bot${token}/${request.method}`;
    const { status, statusText, text } = await post(url, request, onSent);
    if (status >= 500) throw new ApiError({ error_code: status, description: statusText });
    const answer = parseJson(apiAnswer, text);
    if (answer === null) throw new SyntaxError('the answer is not of the Bot API');
    if (!answer.ok) throw new ApiError(answer);
    return answer.result;
  };
}

interface HttpAnswer {
  status: number;
  statusText: string;
  text: string;
}

async function post(
  url: string,
  { payload, agent, signal }: CallRequest,
  onSent: () => void,
): Promise<HttpAnswer> {
  const request = url.startsWith('https:') ? (await import('node:https')).request : httpRequest;
  const body = Buffer.from(JSON.stringify(payload));
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const sent = request(url, { method: 'POST', agent, headers });
    // A request that waits for its connection reports no error before it has one.
    const onAbort = (): void => {
      reject(signal.reason as Error);
      sent.destroy();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    sent.on('error', reject); // also after the answer began
    sent.once('response', (response) => void readAnswer(response).then(resolve, reject));
    sent.once('finish', onSent);
    sent.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode = 0, statusMessage = '' } = response;
  return { status: statusCode, statusText: statusMessage, text: Buffer.concat(chunks).toString('utf8') };
}
