import { ActingPhone } from './control/acting-phone.js';
import { AppearanceService } from './control/appearance.service.js';
import { ContactsService } from './control/contacts.service.js';
import { GroupsController } from './control/groups.controller.js';
import { GroupsService } from './control/groups.service.js';
import { MediaController } from './control/media.controller.js';
import { MediaService } from './control/media.service.js';
import { PicturesService } from './control/pictures.service.js';
import { ProfileController } from './control/profile.controller.js';
import { ProfileService } from './control/profile.service.js';
import { SettingsController } from './control/settings.controller.js';
import { SettingsService } from './control/settings.service.js';
import { Chats } from './phone/chats.js';
import { PhoneHistory } from './phone/history/phone-history.js';
import { PeerDesk } from './phone/peer-desk.js';
import { PhoneBriefing } from './phone/phone-briefing.js';
import { PhoneMedia } from './phone/phone-media.js';
import { PhoneScreen } from './phone/phone-screen.js';
import { AppState } from './server/app-state/app-state.js';
import { SettingsNews } from './server/app-state/settings-news.js';
import { Audience } from './server/audience.js';
import { GroupNews } from './server/groups/group-news.js';
import { GroupPost } from './server/groups/group-post.js';
import { Groups } from './server/groups/groups.js';
import { Memberships } from './server/groups/memberships.js';
import { MediaAddresses } from './server/media/media-addresses.js';
import { MediaCertificates } from './server/media/media-certificates.js';
import { MediaDesk } from './server/media/media-desk.js';
import { MediaServer } from './server/media/media-server.js';
import { PostOffice } from './server/post-office.js';
import { Attendance } from './server/presence/attendance.js';
import { ChatStates } from './server/presence/chat-states.js';
import { PresenceDesk } from './server/presence/presence-desk.js';
import { Presences } from './server/presence/presences.js';
import { Visibility } from './server/presence/visibility.js';
import { Blocklist } from './server/profile/blocklist.js';
import { Gallery } from './server/profile/gallery.js';
import { Pictures } from './server/profile/pictures.js';
import { ProfileNews } from './server/profile/profile-news.js';
import { Profiles } from './server/profile/profiles.js';
import { Traffic } from './server/traffic.js';
import { BlocksRepository } from './store/blocks.repository.js';
import { GroupMembersRepository } from './store/group-members.repository.js';
import { GroupsRepository } from './store/groups.repository.js';
import { HistoryRepository } from './store/history.repository.js';
import { MediaCertificateRepository } from './store/media-certificate.repository.js';
import { MediaRepository } from './store/media.repository.js';
import { MessageChangesRepository } from './store/message-changes.repository.js';
import { PicturesRepository } from './store/pictures.repository.js';
import { ProfilesRepository } from './store/profiles.repository.js';
import { SettingsKeysRepository } from './store/settings-keys.repository.js';
import { SettingsRepository } from './store/settings.repository.js';

const STORE = [
  MessageChangesRepository,
  HistoryRepository,
  GroupsRepository,
  GroupMembersRepository,
  MediaCertificateRepository,
  MediaRepository,
  ProfilesRepository,
  PicturesRepository,
  BlocksRepository,
  SettingsRepository,
  SettingsKeysRepository,
];
const PHONE = [Chats, PhoneScreen, PhoneMedia, PhoneHistory, PhoneBriefing, PeerDesk];
const GROUPS = [GroupNews, GroupPost, Groups, Memberships];
const MEDIA = [MediaCertificates, MediaAddresses, MediaDesk, MediaServer];
const PROFILE = [ProfileNews, Profiles, Blocklist, Pictures, Gallery, Presences, Visibility, Attendance, ChatStates, PresenceDesk];
const SETTINGS = [SettingsNews, AppState];
const CONTROL = [ActingPhone, GroupsService, MediaService, PicturesService, ProfileService, ContactsService, AppearanceService, SettingsService];

/** All that phones and instances say to each other, and what it takes. */
export const CONVERSATIONS = [...STORE, ...PHONE, ...GROUPS, ...MEDIA, ...PROFILE, ...SETTINGS, ...CONTROL, Audience, PostOffice, Traffic];
export const CONVERSATION_CONTROLLERS = [GroupsController, MediaController, ProfileController, SettingsController];
