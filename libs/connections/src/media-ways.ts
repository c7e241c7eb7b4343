import https from 'node:https';
import type { UserFacingSocketConfig } from '@whiskeysockets/baileys';

type Ways = Required<Pick<UserFacingSocketConfig, 'fetchAgent' | 'options'>>;
type Dispatch = (...request: unknown[]) => boolean;

const known = new Map<string, Ways>();

/** How files go up and come down where the media server is known by this certificate and no other. The sockets of a sandbox share one. */
export function mediaWays(certificate: string): Ways {
  const ways = known.get(certificate) ?? { fetchAgent: new https.Agent({ ca: certificate }), options: { dispatcher: downloads(certificate) } };
  known.set(certificate, ways);
  return ways;
}

/** For `fetch`. What it is made of takes 7 MB, so it is not loaded before something is downloaded. */
function downloads(ca: string): RequestInit['dispatcher'] {
  const agent = () => (loaded ??= import('undici').then(({ Agent }) => new Agent({ connect: { ca } })));
  let loaded: Promise<{ dispatch: unknown }> | undefined;
  const dispatch: Dispatch = (...request) => {
    void agent().then((it) => (it.dispatch as Dispatch).call(it, ...request));
    return true;
  };
  return { dispatch } as unknown as RequestInit['dispatcher'];
}
