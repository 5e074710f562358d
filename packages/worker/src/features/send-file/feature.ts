import { randomBytes } from 'node:crypto';
import { relayDirectories } from '@ccbot/shared/config/sockets';
import type { CreateFeature } from '../../app/model';
import { plain } from '../../cards/rich';
import { commands } from '../../chat/command';
import { offerButton } from './buttons';
import { answerRequest, sendHandler } from './handler';
import { decideOffer, type OfferDeps } from './offers';
import { createPlaces } from './places';
import { watchRelay, type Relay } from './relay';
import type { SendingDeps } from './sending';
import { createOfferStore } from './store';

/** The worker's end of `ccbot send-file`. */
export const sendFile: CreateFeature = (kernel) => {
  const { world, sessions: registry, board, outbox, people, whereabouts } = kernel;
  const { paths, log } = world;
  const newId = (): string => randomBytes(12).toString('base64url');
  const offers: OfferDeps = {
    store: createOfferStore(world.store),
    outbox,
    people,
    newId,
    now: () => world.now(),
  };
  const files = { places: createPlaces(world), whereabouts };
  const sending: SendingDeps = { registry, board, people, files, albums: { outbox, newId }, offers };
  let relay: Relay | undefined;
  return {
    name: 'send-file',
    commands: commands({
      offer: {
        button: offerButton,
        async run(conversation, { id, send }) {
          conversation.ack(plain(await decideOffer(offers, conversation, id, send)));
        },
      },
    }),
    socket: { 'send-file': sendHandler(sending, log) },
    start() {
      // Agents that may not use the socket leave their requests as files.
      relay = watchRelay(relayDirectories(paths.dir), (request) => answerRequest(sending, request), log);
    },
    stop: () => relay?.stop(),
  };
};
