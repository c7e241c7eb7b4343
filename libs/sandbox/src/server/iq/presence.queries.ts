import { Injectable } from '@nestjs/common';
import { PhoneWelcome } from '../../phone/phone-welcome.js';
import { QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';

/** A device says that it is ready: it gets what had waited, and, the first time, its phone's history. */
@Injectable()
export class PresenceQueries extends QueryFamily {
  readonly table: QueryTable = {
    'passive/set/active': (query) => this.activate(query),
    'passive/set/passive': () => ({}),
  };

  constructor(private readonly welcome: PhoneWelcome) {
    super();
  }

  private activate({ connection, session }: QueryOfDevice): Reply {
    return {
      afterwards: async () => {
        await session.feed.start();
        await this.welcome.greet(connection.tenantId, session.address);
      },
    };
  }
}
