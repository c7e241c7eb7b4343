import { Global, Module } from '@nestjs/common';
import { SandboxDirectory } from '#libs/contracts';
import { CallsController } from './control/calls.controller.js';
import { CallsService } from './control/calls.service.js';
import { FaultsController } from './control/faults.controller.js';
import { FaultsService } from './control/faults.service.js';
import { MessagesController } from './control/messages.controller.js';
import { MessagesService } from './control/messages.service.js';
import { PhonesController } from './control/phones.controller.js';
import { PhonesService } from './control/phones.service.js';
import { LinkedDevicesController } from './control/linked-devices.controller.js';
import { LinkedDevicesService } from './control/linked-devices.service.js';
import { ServerController } from './control/server.controller.js';
import { AutoScan } from './load/auto-scan.js';
import { Camera } from './load/camera.js';
import { LoadController } from './load/load.controller.js';
import { LoadTraffic } from './load/load-traffic.js';
import { LoadsService } from './load/loads.service.js';
import { KeyBundles } from './phone/key-bundles.js';
import { PhoneInbox } from './phone/phone-inbox.js';
import { PhoneLine } from './phone/phone-line.js';
import { PhoneMail } from './phone/phone-mail.js';
import { PhoneQueue } from './phone/phone-queue.js';
import { PhoneReceipts } from './phone/phone-receipts.js';
import { PhoneReceiver } from './phone/phone-receiver.js';
import { PhoneResender } from './phone/phone-resender.js';
import { PhoneSender } from './phone/phone-sender.js';
import { PhoneWelcome } from './phone/phone-welcome.js';
import { Phones } from './phone/phones.js';
import { Admission } from './server/admission.js';
import { Authorities } from './server/authority.js';
import { Calls } from './server/calls.js';
import { Departure } from './server/departure.js';
import { Doorbell } from './server/doorbell.js';
import { Enrolment } from './server/enrolment.js';
import { FeedFactory } from './server/feed-factory.js';
import { FrontDesk } from './server/front-desk.js';
import { QueryDesk } from './server/iq/query-desk.js';
import { QUERY_FAMILIES, QueryFamilies } from './server/iq/query-families.js';
import type { QueryFamily } from './server/iq/query.js';
import { Login } from './server/login.js';
import { Mailroom } from './server/mailroom.js';
import { Notices } from './server/notices.js';
import { PairingByCode } from './server/pairing-by-code.js';
import { PairingByQr } from './server/pairing-by-qr.js';
import { Pairing } from './server/pairing.js';
import { Relays } from './server/relays.js';
import { LocalSandboxDirectory } from './server/sandbox-directory.js';
import { StandingFaults } from './server/standing-faults.js';
import { Switchboard } from './server/switchboard.js';
import { UnpairedDesk } from './server/unpaired-desk.js';
import { WhatsAppServer } from './server/whatsapp-server.js';
import { AuthorityRepository } from './store/authority.repository.js';
import { DevicesRepository } from './store/devices.repository.js';
import { Directory } from './store/directory.js';
import { LoadsRepository } from './store/loads.repository.js';
import { PhoneKeysRepository } from './store/phone-keys.repository.js';
import { PhoneMessagesRepository } from './store/phone-messages.repository.js';
import { PhonesRepository } from './store/phones.repository.js';
import { PreKeysRepository } from './store/pre-keys.repository.js';
import { StanzaQueue } from './store/stanza-queue.repository.js';
import { TallyRepository } from './store/tally.repository.js';
import { CONVERSATIONS, CONVERSATION_CONTROLLERS } from './conversations.providers.js';

const STORE = [
  AuthorityRepository,
  PhonesRepository,
  DevicesRepository,
  PreKeysRepository,
  StanzaQueue,
  PhoneKeysRepository,
  PhoneMessagesRepository,
  Directory,
  LoadsRepository,
  TallyRepository,
];
const PHONE = [KeyBundles, PhoneLine, Phones, PhoneSender, PhoneWelcome, PhoneResender, PhoneReceipts, PhoneInbox, PhoneMail, PhoneQueue, PhoneReceiver];
const SERVER = [
  Authorities,
  Doorbell,
  Mailroom,
  Notices,
  Switchboard,
  StandingFaults,
  FeedFactory,
  Login,
  Enrolment,
  Pairing,
  PairingByQr,
  PairingByCode,
  UnpairedDesk,
  ...QUERY_FAMILIES,
  { provide: QueryFamilies, useFactory: (...all: QueryFamily[]) => new QueryFamilies(all), inject: QUERY_FAMILIES },
  QueryDesk,
  Calls,
  Relays,
  Admission,
  Departure,
  FrontDesk,
  WhatsAppServer,
  LocalSandboxDirectory,
];

const LOAD = [AutoScan, Camera, LoadsService, LoadTraffic];
const CONTROL = [PhonesService, CallsService, MessagesService, LinkedDevicesService, FaultsService];

/** WhatsApp without WhatsApp. Global for the port it implements: sessions ask where a test instance connects. */
@Global()
@Module({
  controllers: [ServerController, PhonesController, LinkedDevicesController, MessagesController, CallsController, ...CONVERSATION_CONTROLLERS, FaultsController, LoadController],
  providers: [...STORE, ...PHONE, ...CONVERSATIONS, ...SERVER, ...CONTROL, ...LOAD, { provide: SandboxDirectory, useExisting: LocalSandboxDirectory }],
  exports: [SandboxDirectory],
})
export class SandboxModule {}
