/** A stream of server-sent events as it is read: the data of each event of one type. */
export interface Watched<T> {
  data: T[];
  readonly ended: boolean;
  end(): void;
}

/** @throws with the status when it is no stream */
export async function watchEvents<T>(url: string, key: string, type: string): Promise<Watched<T>> {
  const stop = new AbortController();
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' }, signal: stop.signal });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) throw new Error(`No stream: ${response.status} ${await response.text()}`);
  const watched = { data: [] as T[], ended: false, end: () => stop.abort() };
  void read(response, type, watched).finally(() => (watched.ended = true));
  return watched;
}

async function read<T>(response: Response, type: string, { data }: Pick<Watched<T>, 'data'>): Promise<void> {
  let rest = '';
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const events = (rest + chunk).split('\n\n');
      rest = events.pop()!;
      for (const event of events) if (fieldOf(event, 'event') === type) data.push(JSON.parse(fieldOf(event, 'data')!) as T);
    }
  } catch {
    // whoever ends it has seen enough
  }
}

const fieldOf = (event: string, name: string): string | undefined => new RegExp(`^${name}: ?(.*)$`, 'm').exec(event)?.[1];
