/** What every list answers with. */
interface ListAnswer<T> {
  data: { data: T[]; nextCursor: string | null };
}

/** Asks for one page; `page` goes into the query. */
type ListPage<T> = (page: { cursor?: string }) => Promise<ListAnswer<T>>;

/**
 * A list page by page, each asked for when it is wanted.
 * @example for await (const page of pages((page) => tenure.listInstances({ query: { ...page, label: 'plan=free' } })))
 */
export async function* pages<T>(list: ListPage<T>): AsyncGenerator<T[], void> {
  let cursor: string | null | undefined;
  do {
    const { data: page } = await list(cursor ? { cursor } : {});
    yield page.data;
    cursor = page.nextCursor;
  } while (cursor);
}

/** The same item by item. */
export async function* items<T>(list: ListPage<T>): AsyncGenerator<T, void> {
  for await (const page of pages(list)) yield* page;
}
