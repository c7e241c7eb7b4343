import { AccountQueries } from './account.queries.js';
import { CompanionQueries } from './companion.queries.js';
import { GroupQueries } from './group.queries.js';
import { KeepAliveQueries } from './keep-alive.queries.js';
import { KeyBundleQueries } from './key-bundle.queries.js';
import { MediaQueries } from './media.queries.js';
import { MembershipQueries } from './membership.queries.js';
import { OwnKeyQueries } from './own-key.queries.js';
import { PictureQueries } from './picture.queries.js';
import { PresenceQueries } from './presence.queries.js';
import { ProfileQueries } from './profile.queries.js';
import type { QueryFamily } from './query.js';
import { SettingsQueries } from './settings.queries.js';
import { UserQueries } from './user.queries.js';

/** Every family of queries there is. */
export const QUERY_FAMILIES = [
  KeepAliveQueries,
  PresenceQueries,
  OwnKeyQueries,
  KeyBundleQueries,
  UserQueries,
  AccountQueries,
  CompanionQueries,
  GroupQueries,
  MembershipQueries,
  MediaQueries,
  PictureQueries,
  ProfileQueries,
  SettingsQueries,
];

/** The same, at work. */
export class QueryFamilies {
  constructor(readonly all: QueryFamily[]) {}
}
