/** Where the runtime connects: the login of the URL, as the role `tenure_app`. */
export class DatabaseTarget {
  constructor(
    readonly url: string,
    /** how many connections this process may hold */
    readonly connections = 20,
  ) {}
}
